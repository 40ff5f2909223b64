import { appendFile, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { chainOf, listGenerations, readGeneration } from '../../../../../lib/catalog/aof.ts';
import { chooseAof } from '../../../../../lib/engines/redis/aof/choose.ts';
import { verifyAof } from '../../../../../lib/engines/redis/aof/verify.ts';
import { StoreUnavailableError } from '../../../../../lib/stores/errors.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore, PutOptions, WrittenObject } from '../../../../../lib/stores/store.ts';
import { until } from '../../../../support/condition.ts';
import { flipByte } from '../../../../support/flip-byte.ts';
import { contentOf } from '../../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../../support/redis-server.ts';
import { REDIS_SOURCE, redisAddress, redisRun } from '../../../../support/redis-source.ts';
import { StoreWrapper } from '../../../../support/store-wrapper.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { AofChild } from './child.ts';
import { aofRuns, restored, Shipper } from './shipper.ts';

/** A store that can go away. */
class AwayStore extends StoreWrapper {
  away = false;

  override put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<WrittenObject> {
    if (this.away) return Promise.reject(new StoreUnavailableError('the store is away'));
    return super.put(key, body, options);
  }
}

let server: RedisServer;
let folder: TempFolder;
let store: AwayStore;
let shipper: Shipper | undefined;

beforeEach(async () => {
  server = await startRedis({ appendonly: true });
  folder = await tempFolder('aof');
  store = new AwayStore(await openStore(`file://${folder.path}/store`));
  shipper = undefined;
});

afterEach(async () => {
  await shipper?.stop();
  await server.dispose();
  await store.close();
  await folder.remove();
});

const logFolder = () => join(server.dataDir, 'appendonlydir');

async function increment(): Promise<string> {
  const names = (await readdir(logFolder())).filter((name) => name.endsWith('.incr.aof'));
  return join(logFolder(), names.sort().at(-1) ?? '');
}

async function write(name: string, count = 300): Promise<void> {
  await server.pipeline(
    Array.from({ length: count }, (_, at) => ['SET', `${name}:${at}`, `value of ${at}`]),
  );
}

async function rewrite(): Promise<void> {
  const before = Number(await server.info('aof_rewrites'));
  await server.command('BGREWRITEAOF');
  await until(
    'the rewrite has ended',
    async () =>
      Number(await server.info('aof_rewrites')) > before &&
      (await server.info('aof_rewrite_in_progress')) === '0',
  );
}

async function expectSame(): Promise<void> {
  const copy = await restored(store);
  try {
    expect(await contentOf(copy.server)).toEqual(await contentOf(server));
  } finally {
    await copy.dispose();
  }
}

/** Each generation is one log without a gap, in which nothing was stored twice but to be merged. */
async function expectContiguous(from: ObjectStore): Promise<void> {
  for (const place of await listGenerations(from, REDIS_SOURCE)) {
    const generation = await readGeneration(from, place);
    const ends = generation?.pieces.map(({ to }) => to) ?? [];
    expect(generation && chainOf(generation).at(-1)?.to).toBe(
      ends.length ? Math.max(...ends) : undefined,
    );
  }
  expect((await verifyAof(redisRun(from))).problems).toEqual([]);
}

test('a store that is away for a while loses nothing, also when Redis rewrites meanwhile', async () => {
  shipper = new Shipper(store, server);
  await write('before');
  await shipper.caughtUp();
  // A rewrite has to take long enough to be seen while it goes on.
  await server.command('CONFIG', 'SET', 'rdb-key-save-delay', 2000);
  store.away = true;
  await write('away');
  await rewrite();
  await write('rewritten');
  await rewrite();
  await until('it is tried', () => /does not take/.test(shipper?.messages() ?? ''));
  store.away = false;
  await write('back');
  await shipper.caughtUp();
  await expectSame();
  await expectContiguous(store);
  expect((await aofRuns(store)).some(({ gap }) => gap)).toBe(false);
});

test('a store that stays away does not fill the disk of Redis', async () => {
  shipper = new Shipper(store, server, { heldSeconds: 0.5 });
  await write('before');
  await shipper.caughtUp();
  // A rewrite has to take long enough to be seen while it goes on.
  await server.command('CONFIG', 'SET', 'rdb-key-save-delay', 2000);
  store.away = true;
  const value = Buffer.alloc(1024 * 1024, 'x');
  for (let round = 0; round < 2; round++) {
    await server.pipeline(Array.from({ length: 50 }, () => ['SET', 'large', value]));
    await rewrite();
  }
  await until('it gives the files up', () => /does not fill/.test(shipper?.messages() ?? ''));
  store.away = false;
  await shipper.caughtUp();
  await expectSame();
  expect(shipper.messages()).toMatch(/no moment between .* can be restored/);
});

test('what is not whole waits; a server that cuts it off goes on', async () => {
  shipper = new Shipper(store, server);
  await write('before');
  await shipper.caughtUp();
  const { generation } = shipper;
  await server.crash();
  await appendFile(await increment(), '*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$1000\r\nxyz');
  const turns = shipper.progress.length;
  await until('it has looked', () => (shipper?.progress.length ?? 0) > turns + 2);
  await server.start();
  await write('after');
  await shipper.caughtUp();
  expect(shipper.generation).toBe(generation);
  await expectSame();
  await expectContiguous(store);
});

test('begins anew where the machine lost what was stored already', async () => {
  shipper = new Shipper(store, server);
  await write('first');
  const kept = (await stat(await increment())).size;
  await write('lost');
  await shipper.caughtUp();
  const { generation } = shipper;
  await shipper.stop();
  await server.crash();
  await truncate(await increment(), kept);
  await server.start();
  await write('other and more', 900);
  shipper = new Shipper(store, server);
  await shipper.caughtUp();
  expect(shipper.generation).not.toBe(generation);
  await expectSame();
});

test('begins anew with another data set in the same place, also while it runs', async () => {
  shipper = new Shipper(store, server);
  await write('first');
  await shipper.caughtUp();
  const { generation } = shipper;
  await server.crash();
  await rm(logFolder(), { recursive: true });
  await server.start();
  await write('other');
  await shipper.caughtUp();
  expect(shipper.generation).not.toBe(generation);
  await expectSame();
});

test('says that the files are those of another server', async () => {
  const other = await startRedis({ appendonly: true });
  try {
    await write('first');
    shipper = new Shipper(store, server, { server: redisAddress(other) });
    await until('it has begun', () => (shipper?.progress.length ?? 0) > 2);
    const safe = shipper.progress.at(-1)?.serverTime;
    await other.command('SET', 'elsewhere', '1');
    await until('it says so', () => /another server/.test(shipper?.messages() ?? ''));
    const proven = shipper.progress.at(-1)?.serverTime;
    expect(Number(proven) - Number(safe)).toBeLessThan(5000);
    const { length } = shipper.progress;
    await until('it looks again', () => (shipper?.progress.length ?? 0) > length + 2);
    expect(shipper.progress.at(-1)?.serverTime).toEqual(proven);
  } finally {
    await shipper?.stop();
    await other.dispose();
  }
});

test('a replica waits until it is promoted', async () => {
  const replica = await startRedis({ appendonly: true, replicaOf: server.address });
  try {
    await write('first');
    shipper = new Shipper(store, replica);
    await until('it says why', () => /it is a replica/.test(shipper?.messages() ?? ''));
    expect(await listGenerations(store, REDIS_SOURCE)).toEqual([]);
    await until('it has all', async () => (await replica.command('DBSIZE')) === 300);
    await replica.command('REPLICAOF', 'NO', 'ONE');
    await shipper.caughtUp();
    await expectSame();
  } finally {
    await shipper?.stop();
    await replica.dispose();
  }
});

test('two processes at once: the second waits, and goes on when the first is killed', async () => {
  const url = `file://${folder.path}/store`;
  const input = { url, server: redisAddress(server), directory: logFolder() };
  const [first, second] = [new AofChild(input), new AofChild(input)];
  try {
    await until('one ships', () =>
      [first, second].some(({ said }) => 'durable' in (said.at(-1) ?? {})),
    );
    const [active, waiting] =
      'durable' in (first.said.at(-1) ?? {}) ? [first, second] : [second, first];
    for (let round = 0; round < 5; round++) await write(`round ${round}`);
    await active.caughtUp();
    await until('the other says who holds it', () => waiting.said.length > 0);
    expect(waiting.said.some((line) => 'durable' in line)).toBe(false);
    await write('in the middle');
    await active.kill();
    await write('after the kill');
    await waiting.caughtUp();
    expect(await waiting.stop()).toBeLessThan(192 * 1024 * 1024);
    await expectSame();
    await expectContiguous(store);
    expect(await listGenerations(store, REDIS_SOURCE)).toHaveLength(1);
  } finally {
    await Promise.all([first.kill(), second.kill()]);
  }
});

describe('what was damaged in the store', () => {
  beforeEach(async () => {
    shipper = new Shipper(store, server);
    for (let round = 0; round < 3; round++) {
      await write(`round ${round}`);
      await shipper.caughtUp();
    }
    await shipper.stop();
  });

  async function pieces() {
    const [place] = await listGenerations(store, REDIS_SOURCE);
    const generation = place && (await readGeneration(store, place));
    if (!generation) throw new Error('nothing is stored');
    return generation.pieces.map(({ key }) => join(folder.path, 'store', key));
  }

  const problems = async () => (await verifyAof(redisRun(store))).problems.join('\n');

  test('a byte is found, and nothing is started on it', async () => {
    const [, second = ''] = await pieces();
    await flipByte(second, 40);
    expect(await problems()).toMatch(/log-\d+.*(was altered|does not decode)/);
    await expect(restored(store)).rejects.toThrow(/was altered|does not decode/);
  });

  test('a piece that is gone is missed', async () => {
    const [, second = ''] = await pieces();
    await rm(second);
    expect(await problems()).toMatch(/has a gap at byte \d+/);
  });

  test('an end that is gone is missed', async () => {
    const all = await pieces();
    await rm(all.at(-1) ?? '');
    expect(await problems()).toMatch(/ends at byte \d+, and \d+ bytes were stored/);
    await expect(chooseAof(store, REDIS_SOURCE, 'latest', new Date())).rejects.toThrow(/is gone/);
  });
});
