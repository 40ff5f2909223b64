import { parseLsn } from '../../../../../lib/engines/postgresql/lsn.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { asAgent, ROLE_STATEMENTS } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import {
  compareWithServer,
  dropSlots,
  expectUnbroken,
  insertPosition,
  MIB,
  records,
  Streamer,
  slotPosition,
  stored,
  write,
} from './streamer.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let server: PostgresServer;
  let folder: TempFolder;
  let store: ObjectStore;
  const running: Streamer[] = [];

  beforeAll(async () => {
    server = await startPostgres({
      version,
      initdb: ['--wal-segsize=1'],
      settings: { wal_keep_size: '512MB', wal_sender_timeout: '3s' },
    });
    for (const statement of ROLE_STATEMENTS) await server.sql(statement);
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    folder = await tempFolder('wal');
    store = await openStore(`file://${folder.path}`);
  });
  afterEach(async () => {
    for (const streamer of running.splice(0)) await streamer.stop().catch(() => undefined);
    await dropSlots(server);
    await store.close();
    await folder.remove();
  });

  function stream(options: ConstructorParameters<typeof Streamer>[3] = {}): Streamer {
    const streamer = new Streamer(store, version, asAgent(server.address), options);
    running.push(streamer);
    return streamer;
  }

  test('whole segments are as in pg_wal, and the records cover them without a break', async () => {
    const streamer = stream();
    await until('the first progress', () => streamer.progress.length > 0);
    const end = await write(server, 6);
    await streamer.reaches(end);
    await streamer.stop();
    const names = await compareWithServer(store, server);
    expect(names.length).toBeGreaterThanOrEqual(5);
    const runs = await records(store);
    expectUnbroken(runs);
    expect(runs.flatMap(({ segments }) => segments.map(({ name }) => name))).toEqual(names);
    expect(parseLsn(runs.at(-1)?.durable ?? '0/0')).toBeGreaterThanOrEqual(end);
    expect(new Set(runs.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']));
  });

  test('the slot moves with what is stored whole, and no further', async () => {
    const streamer = stream();
    const end = await write(server, 3);
    await streamer.reaches(end);
    const whole = end - (end % BigInt(MIB));
    await until(
      'the slot is at the last whole segment',
      async () => (await slotPosition(server)) === whole,
    );
  });

  test('an unfinished segment is stored as a partial soon, and only when there is more', async () => {
    const streamer = stream();
    await server.sql('SELECT pg_switch_wal()');
    await server.sql('CREATE TABLE IF NOT EXISTS little (n int)');
    const first = await insertPosition(server);
    await streamer.reaches(first);
    const before = (await stored(store, server)).length;
    const heard = streamer.progress.length;
    await until('five quiet heartbeats', () => streamer.progress.length > heard + 5);
    const quiet = (await stored(store, server)).length;
    // The server itself may have written a little meanwhile, once.
    expect(quiet - before).toBeLessThanOrEqual(1);
    await server.sql('INSERT INTO little VALUES (1)');
    await streamer.reaches(await insertPosition(server));
    await compareWithServer(store, server);
  });

  test('an idle server is proven to be idle: the time of the proof goes on', async () => {
    const streamer = stream();
    await until('a proof', () => streamer.progress.at(-1)?.serverTime != null);
    const first = streamer.progress.at(-1)?.serverTime?.getTime() ?? 0;
    await until(
      'a later proof',
      () => (streamer.progress.at(-1)?.serverTime?.getTime() ?? 0) > first + 1000,
    );
    expect(streamer.progress.at(-1)?.rpoSeconds).toBeLessThan(2);
    await until('records of it', async () => {
      const times = (await records(store)).map(({ serverTime }) => Date.parse(serverTime ?? ''));
      return times.some((time) => time > first + 1000);
    });
  });

  test('a commit before the time of a record lies before its position', async () => {
    const streamer = stream();
    const commits: { at: Date; lsn: bigint }[] = [];
    await server.sql('CREATE TABLE IF NOT EXISTS commits (n int)');
    for (let n = 0; n < 60; n++) {
      await server.sql('INSERT INTO commits VALUES ($1)', [n]);
      const [row] = await server.sql(
        'SELECT pg_current_wal_insert_lsn()::text AS lsn, clock_timestamp() AS at',
      );
      commits.push({ at: row?.at as Date, lsn: parseLsn(String(row?.lsn)) });
    }
    await streamer.reaches(await insertPosition(server));
    await streamer.stop();
    const proven = streamer.progress.filter(({ serverTime }) => serverTime !== null);
    expect(proven.length).toBeGreaterThan(0);
    for (const { serverTime, durable } of proven) {
      const before = commits.filter(({ at }) => serverTime !== null && at < serverTime);
      for (const { lsn } of before) expect(lsn).toBeLessThanOrEqual(parseLsn(durable) + 40n);
    }
  });

  test('it goes on where it stopped: what is received again is compared', async () => {
    const first = stream();
    await first.reaches(await write(server, 2));
    await first.stop();
    const middle = await write(server, 2);
    const second = stream();
    await second.reaches(middle);
    await second.stop();
    await compareWithServer(store, server);
    expectUnbroken(await records(store));
    expect((await records(store)).every(({ gap }) => gap === null)).toBe(true);
  });

  test('a restarted and a crashed server are streamed on', async () => {
    const streamer = stream();
    await streamer.reaches(await write(server, 2));
    await server.restart();
    await streamer.reaches(await write(server, 2));
    await server.crash();
    await server.start();
    await streamer.reaches(await write(server, 2));
    await streamer.stop();
    await compareWithServer(store, server);
    expectUnbroken(await records(store));
    expect(streamer.events.filter(({ level }) => level === 'warning').length).toBeGreaterThan(0);
  });
});
