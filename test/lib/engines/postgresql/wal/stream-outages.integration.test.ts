import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readBackups, readRuns } from '../../../../../lib/catalog/reader.ts';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { asAgent, ROLE_STATEMENTS, runContext, SOURCE } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type SmallDisk, smallDisk } from '../../../../support/small-disk.ts';
import { StoreWrapper } from '../../../../support/store-wrapper.ts';
import { TcpProxy } from '../../../../support/tcp-proxy.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';
import {
  compareWithServer,
  dropSlots,
  expectUnbroken,
  insertPosition,
  records,
  Streamer,
  slotPosition,
  write,
} from './streamer.ts';

const VERSION = 17;

let server: PostgresServer;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startPostgres({
    version: VERSION,
    initdb: ['--wal-segsize=1'],
    settings: { wal_keep_size: '512MB', wal_sender_timeout: '3s' },
  });
  for (const statement of ROLE_STATEMENTS) await server.sql(statement);
});
afterAll(() => server.dispose());
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await dropSlots(server);
});

async function open(path: string): Promise<ObjectStore> {
  const store = await openStore(`file://${path}`);
  ends.push(() => store.close());
  return store;
}

/** Its lock lies elsewhere: SQLite follows the link in the path of a small disk, which leads out of it. */
class OnSmallDisk extends StoreWrapper {
  readonly #locks: string;

  constructor(store: ObjectStore, locks: string) {
    super(store);
    this.#locks = locks;
  }

  override get url(): string {
    return `file://${this.#locks}`;
  }
}

async function openOn(disk: SmallDisk): Promise<ObjectStore> {
  const locks = await tempFolder('locks');
  ends.push(() => locks.remove());
  return new OnSmallDisk(await open(join(disk.path, 'store')), locks.path);
}

function stream(store: ObjectStore, address = server.address): Streamer {
  const streamer = new Streamer(store, VERSION, asAgent(address));
  ends.push(() => streamer.stop().catch(() => undefined));
  return streamer;
}

/** Each whole segment is in exactly one record. */
async function expectEachOnce(store: ObjectStore, names: readonly string[]): Promise<void> {
  const runs = await records(store);
  expectUnbroken(runs);
  expect(runs.every(({ gap }) => gap === null)).toBe(true);
  const recorded = runs.flatMap(({ segments }) => segments.map(({ name }) => name));
  expect(recorded.sort()).toEqual([...names].sort());
}

test('a network that is cut for half a minute under load: no gap, no segment twice', async () => {
  const folder = await tempFolder('outage');
  ends.push(() => folder.remove());
  const store = await open(folder.path);
  const proxy = await TcpProxy.start({ host: '127.0.0.1', port: server.address.port });
  ends.push(async () => proxy.stop());
  const streamer = stream(store, { ...server.address, port: proxy.port });
  await streamer.reaches(await write(server, 2));
  proxy.refuse();
  proxy.cut();
  const until30 = performance.now() + 30_000;
  while (performance.now() < until30) {
    await write(server, 1);
    await delay(1_000);
  }
  expect(streamer.ended).toBeUndefined();
  await proxy.listen();
  await streamer.reaches(await write(server, 1), 40_000);
  await streamer.stop();
  await expectEachOnce(store, await compareWithServer(store, server));
});

test('a store without room: WAL waits on the server, and goes on when there is room', async () => {
  const disk = await smallDisk(24);
  ends.push(() => disk.dispose());
  const store = await openOn(disk);
  const streamer = stream(store);
  await streamer.reaches(await write(server, 1));
  const stored = streamer.durable;
  await disk.fill(16);
  const waiting = await write(server, 12);
  await until('it is told', () =>
    streamer.events.some(
      ({ level, details }) => level === 'warning' && /no room/.test(String(details?.error)),
    ),
  );
  expect(streamer.ended).toBeUndefined();
  expect(await slotPosition(server)).toBeLessThan(waiting);
  expect(streamer.durable).toBeGreaterThanOrEqual(stored);
  await disk.free();
  await streamer.reaches(waiting, 40_000);
  await streamer.stop();
  await expectEachOnce(store, await compareWithServer(store, server));
});

test('a store without room for a base backup: it fails, nothing of it is seen, and the next one is whole', async () => {
  const disk = await smallDisk(64);
  ends.push(() => disk.dispose());
  const store = await openOn(disk);
  const run = runContext(store, VERSION);
  const backup = () =>
    backupPostgresql(run, { address: asAgent(server.address), checkpoint: 'fast' });
  await disk.fill(1024);
  await expect(backup()).rejects.toMatchObject({ name: 'StoreFullError' });
  expect(await readBackups(store, SOURCE)).toEqual([]);
  await disk.free();
  const { id } = await backup();
  expect((await readBackups(store, SOURCE)).map((manifest) => manifest.id)).toEqual([id]);
  const today = { from: new Date(Date.now() - 3_600_000), to: new Date() };
  const runs = await readRuns(store, SOURCE, { ...today, action: 'backup' });
  // Both may have begun in the same second.
  expect(runs).toContainEqual(expect.objectContaining({ outcome: 'succeeded', backup: id }));
  expect(await insertPosition(server)).toBeGreaterThan(0n);
});
