import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { readRuns } from '../../../../../lib/catalog/reader.ts';
import {
  type LoadOptions,
  type LoadResult,
  loadPostgresql,
} from '../../../../../lib/engines/postgresql/load/load.ts';
import type { PostgresqlRun } from '../../../../../lib/engines/postgresql/run.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext } from '../../../../support/backup-source.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { dumpInto } from './dumped.ts';
import { DATABASE, digests, inDatabase, makeSampleDatabase } from './sample-database.ts';

jest.setTimeout(120_000);

const LINES = { 15: 20_000, 18: 1_000_000 } as const;

describe.each([15, 18] as const)('a load into PostgreSQL %i', (version) => {
  let folder: TempFolder;
  let store: ObjectStore;
  let server: PostgresServer;
  let before: Record<string, string>;

  beforeAll(async () => {
    folder = await tempFolder('load');
    await mkdir(join(folder.path, 'scratch'));
    store = await openStore(pathToFileURL(join(folder.path, 'store')).href);
    server = await startPostgres({ version });
    await makeSampleDatabase(server, LINES[version]);
    before = await digests(server, DATABASE);
    await dumpInto(store, server, [DATABASE]);
  });
  afterAll(async () => {
    await server?.dispose();
    await store?.close();
    await folder?.remove();
  });

  /** Nothing is left behind, neither in the scratch folder nor on the server. */
  afterEach(async () => {
    expect(await readdir(join(folder.path, 'scratch'))).toEqual([]);
    expect(await databases('_loading$')).toEqual([]);
  });

  const databases = async (pattern: string) =>
    (
      await server.sql('SELECT datname FROM pg_database WHERE datname ~ $1 ORDER BY 1', [pattern])
    ).map(({ datname }) => datname);

  function load(
    options: Partial<LoadOptions> = {},
    changes: Partial<PostgresqlRun> = {},
  ): Promise<LoadResult> {
    return loadPostgresql(
      { ...runContext(store, version, changes) },
      {
        address: server.address,
        database: DATABASE,
        confirm: async () => {},
        noOwner: false,
        noPrivileges: false,
        noTablespaces: false,
        scratch: join(folder.path, 'scratch'),
        binDir: server.binDir,
        ...options,
      },
    );
  }

  const definitions = async (database: string) => {
    const { address, binDir } = server;
    const { stdout } = await promisify(execFile)(
      join(binDir, 'pg_dump'),
      ['--schema-only', '--create', '-d', `dbname='${database.replaceAll("'", "\\'")}'`],
      {
        env: {
          PGHOST: address.host,
          PGPORT: String(address.port),
          PGUSER: address.user,
          PGPASSWORD: address.password,
        },
        maxBuffer: 1 << 26,
      },
    );
    // Commands of psql: a key of each dump, and a name that is written in several ways.
    return stdout.replaceAll(/^\\.*\n/gm, '');
  };

  test('brings every row and every definition back beside the original', async () => {
    const result = await load({ into: 'copy' });
    expect(result).toMatchObject({ target: 'copy', kept: null });
    expect(await digests(server, 'copy')).toEqual(before);
    const original = await definitions(DATABASE);
    expect((await definitions('copy')).replaceAll('copy', 'X')).toBe(
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
    const runs = await readRuns(store, 'database', {
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
    expect(result.kept).toMatch(/^copy_before_\d{8}T\d{6}Z$/);
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
