import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLsn, segmentName, segmentStart } from '../../../../../lib/engines/postgresql/lsn.ts';
import { WalCapture } from '../../../../../lib/engines/postgresql/wal/capture.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  const SEGMENT = 1024 * 1024;
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres({
      version,
      initdb: ['--wal-segsize=1'],
      settings: { wal_keep_size: '256MB', wal_sender_timeout: '2s' },
    });
    await server.sql('CREATE TABLE filler (n int, text text)');
  });
  afterAll(() => server.dispose());

  async function lsn(): Promise<bigint> {
    const [row] = await server.sql('SELECT pg_current_wal_insert_lsn()::text AS lsn');
    return parseLsn(String(row?.lsn));
  }

  async function capture(work: () => Promise<bigint>) {
    const start = await lsn();
    const taken = await WalCapture.open(server.address);
    const files: { name: string; bytes: Buffer }[] = [];
    const run = taken.run({ lsn: start, timeline: 1 }, async ({ name, bytes }) => {
      files.push({ name, bytes: Buffer.from(bytes) });
    });
    const end = await work();
    taken.finishAt(end, { whole: true });
    await run;
    await taken.close();
    return { start, end, files };
  }

  test('every segment from the start to the end, as it is in pg_wal', async () => {
    const { start, end, files } = await capture(async () => {
      await server.sql(
        "INSERT INTO filler SELECT n, repeat('x', 200) FROM generate_series(1, 20000) n",
      );
      const position = await lsn();
      await server.sql('SELECT pg_switch_wal()');
      return position;
    });
    const names: string[] = [];
    for (let at = segmentStart(start, SEGMENT); at < end; at += BigInt(SEGMENT)) {
      names.push(segmentName(1, at, SEGMENT));
    }
    expect(names.length).toBeGreaterThan(3);
    expect(files.map(({ name }) => name)).toEqual(names);
    for (const { name, bytes } of files) {
      expect(bytes.equals(await readFile(join(server.dataDir, 'pg_wal', name)))).toBe(true);
    }
  });

  test('an end that is known only after its segment has arrived on a server that is idle', async () => {
    let arrived = 0;
    const start = await lsn();
    const taken = await WalCapture.open(server.address);
    const first = Promise.withResolvers<void>();
    const run = taken.run({ lsn: start, timeline: 1 }, async () => {
      arrived++;
      first.resolve();
    });
    await server.sql('INSERT INTO filler SELECT n FROM generate_series(1, 10) n');
    const end = await lsn();
    await server.sql('SELECT pg_switch_wal()');
    await first.promise;
    taken.finishAt(end, { whole: true });
    await run;
    await taken.close();
    expect(arrived).toBe(1);
    expect(await server.sql('SELECT slot_name FROM pg_replication_slots')).toEqual([]);
  });

  test('a receiver that fails ends the capture with its error', async () => {
    const taken = await WalCapture.open(server.address);
    const run = taken.run({ lsn: await lsn(), timeline: 1 }, () =>
      Promise.reject(new Error('no space')),
    );
    const refused = expect(run).rejects.toThrow('no space');
    await server.sql('INSERT INTO filler SELECT n FROM generate_series(1, 10) n');
    await server.sql('SELECT pg_switch_wal()');
    await refused;
    await taken.close();
  });
});
