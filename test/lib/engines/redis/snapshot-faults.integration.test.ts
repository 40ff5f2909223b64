import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { readBackups, readRuns } from '../../../../lib/catalog/reader.ts';
import type { RedisAddress } from '../../../../lib/engines/redis/address.ts';
import type { RedisRun } from '../../../../lib/engines/redis/run.ts';
import { backupRedis } from '../../../../lib/engines/redis/snapshot.ts';
import { LockHeldError } from '../../../../lib/lock/errors.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { until } from '../../../support/condition.ts';
import { fillKeys } from '../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../support/redis-server.ts';
import {
  REDIS_SOURCE,
  redisAddress,
  redisRun,
  SNAPSHOT_USER,
} from '../../../support/redis-source.ts';
import { SlowStore } from '../../../support/slow-store.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';

const KEYS = 300_000;
const MIB = 1024 * 1024;

let server: RedisServer;
let folder: TempFolder;
let store: ObjectStore;

beforeAll(async () => {
  server = await startRedis({ password: 'of-the-default-user', appendonly: true });
  await fillKeys(server, KEYS);
  // Values that no compression makes small, so that a slow store is felt.
  await server.command(
    'EVAL',
    "for at = 1, 400 do redis.call('SET', 'noise:' .. at, redis.sha1hex(at) .. string.rep(redis.sha1hex(at .. 'x'), 2000)) end",
    0,
  );
});
afterAll(() => server.dispose());
beforeEach(async () => {
  folder = await tempFolder('store');
  store = await openStore(`file://${folder.path}`);
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

type Overrides = Parameters<typeof redisRun>[1] & { address?: Partial<RedisAddress> };

const backup = ({ address, ...overrides }: Overrides = {}, through: ObjectStore = store) =>
  backupRedis(redisRun(through, overrides), { address: { ...redisAddress(server), ...address } });

/** Nothing is committed, the failure is on record, and the next one succeeds. */
async function expectNothingAndThenSuccess(error: RegExp) {
  expect(await readBackups(store, REDIS_SOURCE)).toEqual([]);
  const now = new Date();
  const runs = await readRuns(store, REDIS_SOURCE, { from: now, to: now, action: 'backup' });
  expect(runs).toEqual([
    expect.objectContaining({
      outcome: 'failed',
      backup: null,
      error: expect.stringMatching(error),
    }),
  ]);
  const manifest = await backup();
  expect(manifest.counts['db0.keys']).toBe(KEYS + 400);
  expect((await readBackups(store, REDIS_SOURCE)).map(({ id }) => id)).toEqual([manifest.id]);
}

/** Calls back once when the snapshot flows. */
function onceFlowing(callback: () => void): Pick<RedisRun, 'report'> {
  let told = false;
  return {
    report: ({ bytes = 0 }) => {
      if (told || bytes === 0) return;
      told = true;
      callback();
    },
  };
}

describe('in the middle of the stream', () => {
  test('the server is killed', async () => {
    const slow = new SlowStore(store);
    slow.bytesPerSecond = MIB;
    const crashed = Promise.withResolvers<void>();
    const crash = () => server.crash().then(crashed.resolve, crashed.reject);
    await expect(backup(onceFlowing(crash), slow)).rejects.toThrow(
      /the (server closed the connection|connection to the server was lost) in the middle of its snapshot/,
    );
    await crashed.promise;
    await server.start();
    await expectNothingAndThenSuccess(/in the middle of its snapshot/);
  });

  test('the network cuts the connection', async () => {
    const proxy = await TcpProxy.start(server.address);
    const slow = new SlowStore(store);
    slow.bytesPerSecond = MIB;
    try {
      const { host, port } = proxy;
      const cut = onceFlowing(() => proxy.cut());
      await expect(backup({ ...cut, address: { host, port } }, slow)).rejects.toThrow(
        /in the middle of its snapshot/,
      );
    } finally {
      proxy.stop();
    }
    await expectNothingAndThenSuccess(/in the middle of its snapshot/);
  });

  test('a byte is altered', async () => {
    const proxy = await alteringProxy(server.address.port, 4_000_000);
    try {
      await expect(backup({ address: { port: proxy.port } })).rejects.toThrow(
        /what the server sent is no whole snapshot: .*(its checksum is [0-9a-f]{16} and should be|at byte)/,
      );
    } finally {
      proxy.close();
    }
    await expectNothingAndThenSuccess(/no whole snapshot/);
  });

  test('the store takes nothing for longer than the server waits', async () => {
    await server.command('CONFIG', 'SET', 'repl-timeout', 2);
    const stuck = new SlowStore(store);
    stuck.bytesPerSecond = 32 * 1024;
    const failed = expect(backup({}, stuck)).rejects.toThrow(
      /in the middle of its snapshot.*; it had to wait up to \d+ s for the store, which repl-timeout limits/,
    );
    const given = async () => (await server.log()).includes('Disconnecting timedout replica');
    await until('the server gives up', given);
    stuck.bytesPerSecond = Number.POSITIVE_INFINITY;
    await failed;
    await server.command('CONFIG', 'SET', 'repl-timeout', 60);
    await expectNothingAndThenSuccess(/repl-timeout limits/);
  });

  test('somebody interrupts', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted by a person');
    const slow = new SlowStore(store);
    slow.bytesPerSecond = MIB;
    const interrupt = onceFlowing(() => controller.abort(reason));
    await expect(backup({ ...interrupt, signal: controller.signal }, slow)).rejects.toBe(reason);
    await expectNothingAndThenSuccess(/interrupted by a person/);
  });

  test('another backup of the source begins, and is refused', async () => {
    const slow = new SlowStore(store);
    slow.bytesPerSecond = 4 * MIB;
    const second = Promise.withResolvers<unknown>();
    const first = backup(
      onceFlowing(() => void backup().catch((error: unknown) => second.resolve(error))),
      slow,
    );
    expect(await second.promise).toBeInstanceOf(LockHeldError);
    await first;
    expect(await readBackups(store, REDIS_SOURCE)).toHaveLength(1);
  });
});

describe('the server', () => {
  test('waits for other replicas before it begins', async () => {
    await server.command('CONFIG', 'SET', 'repl-diskless-sync-delay', 2);
    const began = performance.now();
    const manifest = await backup();
    await server.command('CONFIG', 'SET', 'repl-diskless-sync-delay', 0);
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(manifest.counts['db0.keys']).toBe(KEYS + 400);
  });

  test('cannot write the snapshot to its disk', async () => {
    const stuck = await startRedis({ settings: { 'repl-diskless-sync': 'no' } });
    try {
      await fillKeys(stuck, 10);
      await rm(stuck.dataDir, { recursive: true });
      await expect(backupRedis(redisRun(store), { address: redisAddress(stuck) })).rejects.toThrow(
        /closed the connection before its snapshot/,
      );
    } finally {
      await stuck.dispose();
    }
    await expectNothingAndThenSuccess(/before its snapshot/);
  });

  test('is a replica: the snapshot stands in its master’s stream', async () => {
    const replica = await startRedis({ replicaOf: server.address });
    try {
      await until(
        'the replica finds its master',
        async () => (await replica.info('master_link_status')) === 'up',
      );
      const address = redisAddress(replica);
      const manifest = await backupRedis(redisRun(store), { address });
      expect(manifest.counts['db0.keys']).toBe(KEYS + 400);
      expect(manifest.position.replicationId).toBe(await server.info('master_replid'));
      await server.crash();
      try {
        await expect(backupRedis(redisRun(store), { address })).rejects.toThrow(
          'the server is a replica that has lost its master (master_link_status:down); repair the replica',
        );
      } finally {
        await server.start();
      }
    } finally {
      await replica.dispose();
    }
  });

  test('is of another version than the plan says', async () => {
    const run = redisRun(store);
    const { source } = run;
    const settings = {
      ...source.settings,
      server: { ...source.settings.server, version: '8' as const },
    };
    await expect(
      backupRedis({ ...run, source: { ...source, settings } }, { address: redisAddress(server) }),
    ).rejects.toThrow(/the server is Redis 7\.0\.\d+ and the plan says 8; write version: '7'/);
  });
});

describe('who is not let in', () => {
  test.each([
    ['without a password', { password: undefined }, /refuses INFO: NOAUTH .*REDIS_PASSWORD/],
    ['with a wrong one', { password: 'wrong' }, /does not let us in: WRONGPASS .*; check the user/],
    [
      'nowhere',
      { port: 1 },
      /cannot connect to Redis at 127.0.0.1:1: .*; check the host and the port/,
    ],
    [
      'by TLS where there is none',
      { tls: 'require' as const },
      /no answer within 10 s; where the server speaks no TLS on this port, give its tls-port/,
    ],
  ])(
    '%s',
    async (_what, address, message) => {
      const { password, ...rest } = { ...redisAddress(server), ...address };
      await expect(
        backupRedis(redisRun(store), {
          address: { ...rest, ...(password === undefined ? {} : { password }) },
        }),
      ).rejects.toThrow(message);
    },
    20_000,
  );

  test('without the right to replicate', async () => {
    await server.command('ACL', 'SETUSER', 'weak', 'on', '>secret', '-@all', '+info', '+replconf');
    const address = { user: 'weak', password: 'secret' };
    await expect(backup({ address })).rejects.toThrow(
      /the server refuses to send a snapshot: NOPERM .*; ACL SETUSER <user> \+psync/,
    );
  });
});

test('through TLS, as a user with the rights that are asked for and no more', async () => {
  const encrypted = await startRedis({ tls: true, settings: { user: SNAPSHOT_USER } });
  try {
    await fillKeys(encrypted, 1000);
    const address = redisAddress(encrypted, 'tidemark');
    expect(address.tls).toBe('verify-full');
    const { ca: _ca, ...unknown } = address;
    await expect(backupRedis(redisRun(store), { address: unknown })).rejects.toThrow(
      /certificate.*; give the authority's certificate, or write tls: 'require'/,
    );
    for (const tried of [address, { ...unknown, tls: 'require' as const }]) {
      const manifest = await backupRedis(redisRun(store), { address: tried });
      expect(manifest.counts['db0.keys']).toBe(1000);
    }
  } finally {
    await encrypted.dispose();
  }
});

/** Stands before the server and alters one byte of what it sends, the first time. */
async function alteringProxy(upstream: number, at: number) {
  const proxy = createServer((client) => {
    const toServer = connect(upstream, '127.0.0.1');
    let passed = 0;
    toServer.on('data', (chunk: Buffer) => {
      const index = at - passed;
      if (index >= 0 && index < chunk.length)
        chunk.writeUInt8(chunk.readUInt8(index) ^ 0x20, index);
      passed += chunk.length;
      client.write(chunk);
    });
    client.pipe(toServer);
    for (const [one, other] of [
      [client, toServer],
      [toServer, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.end());
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, close: () => proxy.close() };
}
