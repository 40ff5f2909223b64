import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listGenerations, readGeneration } from '../../../../../lib/catalog/aof.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { until } from '../../../../support/condition.ts';
import { contentOf, DATA_COUNTS, fillRedis } from '../../../../support/redis-data.ts';
import { type RedisServer, startRedis, type TextReply } from '../../../../support/redis-server.ts';
import { REDIS_SOURCE } from '../../../../support/redis-source.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { aofRuns, restored, Shipper } from './shipper.ts';

let server: RedisServer;
let folder: TempFolder;
let store: ObjectStore;
let shipper: Shipper;

beforeEach(async () => {
  server = await startRedis({ appendonly: true });
  folder = await tempFolder('aof');
  store = await openStore(`file://${folder.path}/store`);
});

afterEach(async () => {
  await shipper.stop();
  await server.dispose();
  await store.close();
  await folder.remove();
});

/** Waits until a rewrite that was asked for has ended. */
async function rewrite(): Promise<void> {
  const before = Number(await server.info('aof_rewrites'));
  await server.command('BGREWRITEAOF');
  await until('the rewrite has ended', async () => {
    const left = await Promise.all(['aof_rewrites', 'aof_rewrite_in_progress'].map(server.info));
    return Number(left[0]) > before && left[1] === '0';
  });
}

const GROUPS = `0/${Buffer.from('stream:groups').toString('base64')}`;

/** Redis does not log when consumers were seen last: what loads a log says that it was just now. */
const withoutSeen = (reply: TextReply): TextReply =>
  Array.isArray(reply)
    ? reply.filter((_, at) => reply[at - 1] !== 'seen-time').map(withoutSeen)
    : reply;

async function shown(from: RedisServer): Promise<unknown> {
  const content = await contentOf(from);
  const full = ['XINFO', 'STREAM', 'stream:groups', 'FULL', 'COUNT', 0] as const;
  const groups = content.delete(GROUPS) && withoutSeen(await from.command(...full));
  return { content, groups };
}

async function expectSame(): Promise<void> {
  const copy = await restored(store);
  try {
    expect(await shown(copy.server)).toEqual(await shown(server));
  } finally {
    await copy.dispose();
  }
}

test('every key of every type comes back, with its expiry', async () => {
  shipper = new Shipper(store, server);
  await fillRedis(server);
  await shipper.caughtUp();
  await shipper.stop();
  // What a consumer group has read is not all in the log either: that is what Redis itself comes back with.
  await server.restart();
  await expectSame();
  const runs = await aofRuns(store);
  expect(runs.filter(({ outcome, gap }) => outcome === 'failed' || gap)).toEqual([]);
  expect(runs.some(({ counts }) => counts?.['db0.keys'] === DATA_COUNTS['db0.keys'])).toBe(true);
});

test('a log goes on through rewrites, and a new generation begins with each', async () => {
  shipper = new Shipper(store, server);
  await server.command('SET', 'before', '1');
  await shipper.caughtUp();
  const first = shipper.generation;
  for (let round = 0; round < 3; round++) {
    await server.command('INCR', 'round');
    await rewrite();
    await server.command('INCR', 'round');
  }
  await until('a new generation', () => shipper.generation !== first);
  await server.command('INCR', 'round');
  await shipper.caughtUp();
  await expectSame();
  expect(Number(await server.info('aof_rewrites'))).toBe(3);
});

test('goes on where it was, also after a crash of the server', async () => {
  shipper = new Shipper(store, server);
  await server.pipeline(Array.from({ length: 500 }, (_, at) => ['SET', `key ${at}`, 'value']));
  await shipper.caughtUp();
  const first = shipper.generation;
  await shipper.stop();
  await server.crash();
  await server.start();
  await server.command('SET', 'after', 'the crash');
  shipper = new Shipper(store, server);
  await shipper.caughtUp();
  expect(shipper.generation).toBe(first);
  await expectSame();
  const [place] = await listGenerations(store, REDIS_SOURCE);
  const pieces = place && (await readGeneration(store, place))?.pieces;
  expect(pieces?.map(({ from }) => from)).toEqual([...new Set(pieces?.map(({ from }) => from))]);
});

test('begins anew where the file was switched off and on: commands are missing in between', async () => {
  shipper = new Shipper(store, server);
  await server.command('SET', 'before', '1');
  await shipper.caughtUp();
  const first = shipper.generation;
  await server.command('CONFIG', 'SET', 'appendonly', 'no');
  await server.command('SET', 'unlogged', '1');
  await until('it is told', async () =>
    (await aofRuns(store)).some(({ error }) => error?.includes('switched off')),
  );
  expect(shipper.messages().match(/switched off/g)).toHaveLength(1);
  await server.command('CONFIG', 'SET', 'appendonly', 'yes');
  await server.command('SET', 'after', '1');
  await shipper.caughtUp();
  expect(shipper.generation).not.toBe(first);
  await expectSame();
});

test('stores the rest when it is stopped', async () => {
  shipper = new Shipper(store, server, { flushSeconds: 3600 });
  await until('it has begun', () => shipper.progress.length > 0);
  await server.command('SET', 'last', 'words');
  await shipper.stop();
  await expectSame();
  expect(await readdir(join(server.dataDir, 'appendonlydir'))).toHaveLength(3);
});
