import { readRuns } from '../../../../../lib/catalog/reader.ts';
import type { PostgresServer } from '../../../../support/postgres-server.ts';
import { dumpInto } from './dumped.ts';
import { type Loading, startLoading } from './loading.ts';
import { DATABASE, digests, inDatabase } from './sample-database.ts';

const LINES = { 15: 20_000, 18: 1_000_000 } as const;

describe.each([15, 18] as const)('a load into PostgreSQL %i', (version) => {
  let loading: Loading;
  let server: PostgresServer;
  let before: Record<string, string>;
  const load: Loading['load'] = (...args) => loading.load(...args);

  beforeAll(async () => {
    loading = await startLoading(version, LINES[version]);
    server = loading.server;
    before = await digests(server, DATABASE);
    await dumpInto(loading.store, server, [DATABASE]);
  });
  afterAll(() => loading?.dispose());

  afterEach(async () => {
    expect(await loading.leftovers()).toEqual([]);
  });

  test('brings every row and every definition back beside the original', async () => {
    const result = await load({ into: 'copy' });
    expect(result).toMatchObject({ target: 'copy', kept: null });
    expect(await digests(server, 'copy')).toEqual(before);
    const original = await loading.definitions(DATABASE, '--create');
    expect((await loading.definitions('copy', '--create')).replaceAll('copy', 'X')).toBe(
      original.replaceAll(/"Shop ""ü"""|Shop "ü"/g, 'X'),
    );
    const [sequence] = await inDatabase(server, 'copy', 'SELECT last_value FROM numbers');
    expect(sequence).toEqual({ last_value: '114' });
    expect(Object.values(result.rows).every((rows) => rows.backup === rows.after)).toBe(true);
    expect(result.rows[`"Shop ""ü""".public.customers`]).toEqual({
      before: null,
      backup: 1000,
      after: 1000,
    });
    const runs = await readRuns(loading.store, 'database', {
      from: new Date(Date.now() - 60_000),
      to: new Date(),
      action: 'restore',
    });
    expect(runs.at(-1)).toMatchObject({ outcome: 'succeeded', rows: result.rows });
  });

  test('refuses a database that holds data, and changes nothing', async () => {
    await expect(load()).rejects.toThrow(
      `the database ${DATABASE} holds data; replace it with --replace, or load beside it with --into`,
    );
    expect(await digests(server, DATABASE)).toEqual(before);
  });

  test('replaces a database in use, ends its sessions, and keeps the old one', async () => {
    await inDatabase(server, 'copy', 'DELETE FROM measured; CREATE TABLE later (a int)');
    const session = inDatabase(server, 'copy', 'SELECT pg_sleep(60)');
    const ended = expect(session).rejects.toThrow();
    const confirm = jest.fn(async () => {});
    const result = await load({ into: 'copy', replace: 'keep', confirm });
    await ended;
    expect(confirm.mock.calls).toEqual([['copy']]);
    expect(result.kept).toMatch(/^copy_before_\d{8}t\d{6}z$/);
    expect(result.rows[`"Shop ""ü""".public.measured_2025`]).toMatchObject({ before: 0 });
    expect(await digests(server, 'copy')).toEqual(before);
    const kept = result.kept ?? '';
    expect(
      await server.sql('SELECT datallowconn FROM pg_database WHERE datname = $1', [kept]),
    ).toEqual([{ datallowconn: false }]);
    await server.sql(`ALTER DATABASE "${kept}" ALLOW_CONNECTIONS true`);
    expect(await inDatabase(server, kept, 'SELECT count(*)::int FROM later')).toEqual([
      { count: 0 },
    ]);
    await server.sql(`DROP DATABASE "${kept}"`);
  });
});
