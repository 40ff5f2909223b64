import { chooseAof } from '../../../../../lib/engines/redis/aof/choose.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { until } from '../../../../support/condition.ts';
import { contentOf } from '../../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../../support/redis-server.ts';
import { REDIS_SOURCE } from '../../../../support/redis-source.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { aofRuns, restored, Shipper } from './shipper.ts';

let server: RedisServer;
let folder: TempFolder;
let store: ObjectStore;
let shipper: Shipper | undefined;

async function begin(annotated: boolean): Promise<void> {
  const settings = { 'aof-timestamp-enabled': annotated ? 'yes' : 'no' };
  server = await startRedis({ appendonly: true, settings });
  folder = await tempFolder('aof');
  store = await openStore(`file://${folder.path}/store`);
}

afterEach(async () => {
  await shipper?.stop();
  await server.dispose();
  await store.close();
  await folder.remove();
});

/** The clock has passed this moment by so much. */
const past = (at: Date, ms = 50): Promise<void> =>
  until('time passes', () => Date.now() > at.getTime() + ms);

const nextSecond = (): Date => new Date(Math.ceil(Date.now() / 1000) * 1000);

async function write(name: string): Promise<void> {
  await server.pipeline(Array.from({ length: 200 }, (_, at) => ['SET', `${name}:${at}`, 'value']));
}

async function contentAt(time: Date | 'latest') {
  const copy = await restored(store, time);
  try {
    return { recoveredTo: copy.recoveredTo, content: await contentOf(copy.server) };
  } finally {
    await copy.dispose();
  }
}

test('annotations lead to the second before everything was flushed, in one stored piece', async () => {
  await begin(true);
  shipper = new Shipper(store, server, { flushSeconds: 3600 });
  await until('it has begun', () => shipper?.progress.length === 1);
  await write('good');
  const before = nextSecond();
  const content = await contentOf(server);
  await past(before);
  await server.command('FLUSHALL');
  await past(nextSecond());
  await write('later');
  await shipper.stop();
  expect(shipper.events).toEqual([]);
  expect(await contentAt(before)).toEqual({ recoveredTo: before, content });
  expect((await contentAt('latest')).content).toEqual(await contentOf(server));
});

test('without annotations a moment leads to the store before it', async () => {
  await begin(false);
  shipper = new Shipper(store, server);
  await write('good');
  await shipper.caughtUp();
  const content = await contentOf(server);
  const before = new Date();
  await past(before);
  await server.command('FLUSHALL');
  await shipper.caughtUp();
  const back = await contentAt(before);
  expect(back.content).toEqual(content);
  expect(back.recoveredTo <= before).toBe(true);
});

test('a rewrite that forgets the past forgets it on the server alone', async () => {
  await begin(true);
  shipper = new Shipper(store, server);
  await write('good');
  await shipper.caughtUp();
  const { generation } = shipper;
  const before = nextSecond();
  const content = await contentOf(server);
  await past(before);
  await server.command('FLUSHALL');
  await server.command('BGREWRITEAOF');
  await until('a new generation', () => shipper?.generation !== generation);
  await shipper.caughtUp();
  expect((await contentAt(before)).content).toEqual(content);
  expect((await contentAt('latest')).content).toEqual(await contentOf(server));
});

test('moments that the log does not lead to are told apart', async () => {
  const early = new Date(Date.now() - 60_000);
  await begin(false);
  shipper = new Shipper(store, server);
  await write('first');
  await shipper.caughtUp();
  await shipper.stop();
  await until(
    'the first log has ended',
    () => Date.now() > Number(shipper?.progress.at(-1)?.serverTime),
  );
  const unseen = new Date(Date.now() + 20);
  await past(unseen, 1100);
  // What is written while nobody ships, and forgotten by a rewrite, is in no log.
  await server.command('CONFIG', 'SET', 'appendonly', 'no');
  await write('second');
  await server.command('CONFIG', 'SET', 'appendonly', 'yes');
  await until('it is on', async () => (await server.info('aof_rewrite_in_progress')) === '0');
  shipper = new Shipper(store, server);
  await shipper.caughtUp();
  const choose = (time: Date) => chooseAof(store, REDIS_SOURCE, time, new Date());
  expect(await choose(early)).toBeUndefined();
  expect(await choose(unseen)).toBeUndefined();
  expect(await choose(new Date(Date.now() + 60_000))).toBeUndefined();
  expect((await aofRuns(store)).flatMap(({ gap }) => gap ?? [])).toHaveLength(1);
  expect(shipper.messages()).toMatch(/no moment between .* can be restored/);
});
