import { chmod, chown, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { connectSql } from '../../../../../lib/engines/postgresql/connection.ts';
import { restorePostgresql } from '../../../../../lib/engines/postgresql/restore/restore.ts';
import { Streaming } from '../../../../../lib/rehearsal/streaming.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import { asAgent, ROLE_STATEMENTS, runContext } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { filesOf } from './history.ts';

jest.setTimeout(180_000);

/** Much data once is enough. */
const ROWS = { 15: 200_000, 17: 200_000, 18: 2_000_000 } as const;

const ROLES = `
  CREATE ROLE "App Owner" LOGIN PASSWORD 'of the app' CONNECTION LIMIT 7;
  CREATE ROLE readers;
  GRANT readers TO "App Owner" WITH ADMIN OPTION;
  ALTER ROLE "App Owner" SET work_mem = '9MB';`;

const contentWith = (rows: number): string => `
  CREATE EXTENSION pg_trgm;
  CREATE EXTENSION hstore;
  CREATE TYPE mood AS ENUM ('sad', 'Übermut');
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE SEQUENCE counted START 1000 INCREMENT 7;
  SELECT nextval('counted'), nextval('counted');
  CREATE TABLE many (id bigint PRIMARY KEY, shard int NOT NULL, note text) WITH (fillfactor = 90);
  INSERT INTO many SELECT n, n % 97, 'Zeile ' || n FROM generate_series(1, ${rows}) n;
  CREATE TABLE odd (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C", feels mood, amount positive,
    doubled int GENERATED ALWAYS AS (amount * 2) STORED, raw bytea, doc jsonb, list text[], pairs hstore,
    price numeric, at timestamptz, many bigint REFERENCES many);
  INSERT INTO odd (name, feels, amount, raw, doc, list, pairs, price, at, many) VALUES
    ('Grüße, 世界 🌍 e\u0301', 'Übermut', 1, '\\x00ff00', '{"a": [1, null, "ü"]}', '{a,NULL,"b c"}', 'k=>v', 'NaN', 'infinity', 1),
    ('', NULL, NULL, '', 'null', '{}', '', '-0.000', '-infinity', NULL),
    (repeat('TOAST 🐘', 20000), 'sad', 7, decode(repeat('00ff', 50000), 'hex'), NULL, NULL, NULL, 1e100, '2026-10-25 02:30:00+01', ${rows});
  CREATE INDEX by_name ON odd USING gin (name gin_trgm_ops);
  CREATE TABLE measured (day date, value float8) PARTITION BY RANGE (day);
  CREATE TABLE measured_2025 PARTITION OF measured FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE measured_rest PARTITION OF measured DEFAULT TABLESPACE "first place";
  INSERT INTO measured SELECT date '2025-06-01' + n, n / 3.0 FROM generate_series(1, 20000) n;
  CREATE TABLE elsewhere (id int, note text) TABLESPACE "second place";
  INSERT INTO elsewhere SELECT n, md5(n::text) FROM generate_series(1, 30000) n;
  CREATE UNLOGGED TABLE fleeting AS SELECT generate_series(1, 1000) n;
  CREATE MATERIALIZED VIEW summed AS SELECT shard, count(*) FROM many GROUP BY shard;
  CREATE VIEW recent AS SELECT * FROM odd WHERE at > now();
  SELECT lo_from_bytea(0, decode(repeat(md5(n::text), 5000), 'hex')) FROM generate_series(1, 20) n;
  ALTER TABLE odd OWNER TO "App Owner";
  GRANT SELECT ON many TO readers;`;

const LATER = `
  UPDATE many SET note = note || ' später' WHERE id % 50 = 0;
  DELETE FROM many WHERE id % 1000 = 999;
  INSERT INTO elsewhere SELECT n, 'after' FROM generate_series(1, 1000) n;
  SELECT lo_unlink(min(oid)) FROM pg_largeobject_metadata;
  SELECT nextval('counted');
  REFRESH MATERIALIZED VIEW summed;`;

/** Everything by which two clusters may differ, in whatever order rows are. */
const TABLES = `
  SELECT n.nspname || '.' || c.relname AS name, c.relkind, c.relpersistence, t.spcname,
    (xpath('//r/text()', query_to_xml(format(
      'SELECT count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS r FROM ONLY %I.%I t',
      n.nspname, c.relname), false, true, '')))[1]::text AS digest
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
  WHERE c.relkind IN ('r', 'm', 'v') AND c.relpersistence = 'p' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  ORDER BY 1`;
const REST = [
  `SELECT l.oid::text, md5(lo_get(l.oid)) FROM pg_largeobject_metadata l ORDER BY 1`,
  `SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2`,
  `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
  `SELECT extname, extversion FROM pg_extension ORDER BY 1`,
  `SELECT relname, relacl::text, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
];
const CLUSTER = [
  `SELECT rolname, rolsuper, rolcanlogin, rolconnlimit, rolpassword FROM pg_authid ORDER BY 1`,
  `SELECT roleid::regrole::text, member::regrole::text, admin_option FROM pg_auth_members ORDER BY 1, 2`,
  `SELECT datname, encoding, datcollate, pg_get_userbyid(datdba) FROM pg_database ORDER BY 1`,
  `SELECT spcname FROM pg_tablespace ORDER BY 1`,
  `SELECT setdatabase::int, setrole::regrole::text, setconfig FROM pg_db_role_setting ORDER BY 1, 2`,
];

const DATABASE = 'Größe "x"';

async function inDatabase(server: PostgresServer, database: string, texts: readonly string[]) {
  const client = await connectSql({ ...server.address, database });
  try {
    const answers: unknown[][] = [];
    for (const text of texts) answers.push((await client.query(text)).rows);
    return answers;
  } finally {
    await client.end();
  }
}

const contentOf = async (server: PostgresServer) => ({
  tables: await inDatabase(server, DATABASE, [TABLES, ...REST]),
  empty: await inDatabase(server, 'empty', [TABLES]),
  cluster: await inDatabase(server, 'postgres', CLUSTER),
});

let folder: TempFolder;
let server: PostgresServer | undefined;
beforeEach(async () => {
  folder = await tempFolder('round trip');
  await chmod(folder.path, 0o755);
});
afterEach(async () => {
  await server?.dispose();
  await folder.remove();
});

async function fill(server: PostgresServer, rows: number): Promise<void> {
  for (const name of ['first place', 'second place']) {
    const place = join(folder.path, name);
    await mkdir(place);
    await chown(place, server.uid, server.gid);
    await server.sql(`CREATE TABLESPACE "${name}" LOCATION '${place}'`);
  }
  await server.sql(ROLES);
  await server.sql(ROLE_STATEMENTS.join(';'));
  await server.sql('CREATE DATABASE empty');
  await server.sql(`CREATE DATABASE "Größe ""x"""`);
  await inDatabase(server, DATABASE, [contentWith(rows)]);
}

/** Everything is the server's own, and nobody else's. */
async function expectModes(directory: string, { uid }: PostgresServer): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile() || one.isDirectory())) {
    const found = await stat(join(entry.parentPath, entry.name));
    const mode = entry.isFile() ? 0o600 : 0o700;
    expect([entry.name, found.mode & 0o777, found.uid]).toEqual([entry.name, mode, uid]);
  }
}

test.each([15, 17, 18] as const)(
  'PostgreSQL %i comes back over TLS, to the last row of everything',
  async (version) => {
    const original = await startPostgres({
      ...{ version, tls: true },
      settings: { max_wal_size: "'2GB'", password_encryption: "'scram-sha-256'" },
    });
    server = original;
    await fill(original, ROWS[version]);
    const path = join(folder.path, 'store');
    await mkdir(path);
    const store = await openStore(pathToFileURL(path).href);
    const run = runContext(store, version);
    const address = asAgent(original.address);
    const streaming = Streaming.start(run, address);
    await streaming.failsWith(backupPostgresql(run, { address, checkpoint: 'fast' }));
    await inDatabase(original, DATABASE, [LATER]);
    const [switched] = await original.sql('SELECT pg_walfile_name(pg_switch_wal()) AS name');
    const last = `${switched?.name}.zst`;
    await streaming.failsWith(
      until(last, async () => (await filesOf(path)).some((file) => file.endsWith(last))),
    );
    await streaming.stop();
    const content = await contentOf(original);
    const [sequence] = await inDatabase(original, DATABASE, ['SELECT last_value FROM counted']);
    await original.stop();

    const target = join(folder.path, 'restored here');
    const { uid, gid, binDir } = original;
    await restorePostgresql(run, { target, to: 'latest', binDir, owner: { uid, gid } });
    await store.close();
    await expectModes(target, original);
    await expectModes(`${target}_tablespaces`, original);

    const { password } = original.address;
    const restored = await startPostgres({ version, existing: { dataDir: target, password } });
    try {
      expect(await contentOf(restored)).toEqual(content);
      expect(content.tables[0]).toContainEqual(
        expect.objectContaining({
          name: 'public.many',
          digest: expect.stringMatching(`^${ROWS[version] * 0.999} -?\\d+$`),
        }),
      );
      const [after, fleeting] = await inDatabase(restored, DATABASE, [
        'SELECT last_value FROM counted',
        'SELECT count(*)::int FROM fleeting',
      ]);
      // What was not logged is empty; a sequence never gives a number twice, and may leave out those that it had logged ahead.
      expect(fleeting).toEqual([{ count: 0 }]);
      expect(after).toEqual([{ last_value: expect.stringMatching(/^1\d{3}$/) }]);
      expect(numberOf(after)).toBeGreaterThanOrEqual(numberOf(sequence));
      const owner = { user: 'App Owner', password: 'of the app', database: DATABASE };
      await (await connectSql({ ...restored.address, ...owner })).end();
    } finally {
      await restored.dispose();
    }
  },
);

const numberOf = (rows: unknown[] | undefined): number =>
  Number((rows?.[0] as { last_value: string } | undefined)?.last_value);
