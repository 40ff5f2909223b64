import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { openFile } from '../../../../../lib/catalog/files.ts';
import { readBackups, readRuns } from '../../../../../lib/catalog/reader.ts';
import { verifyBackup } from '../../../../../lib/catalog/verify.ts';
import { ArchiveReader } from '../../../../../lib/engines/postgresql/logical/archive-contents.ts';
import { countKey } from '../../../../../lib/engines/postgresql/logical/format.ts';
import { backupLogical } from '../../../../../lib/engines/postgresql/logical/logical-backup.ts';
import {
  isLogical,
  type LogicalManifest,
} from '../../../../../lib/engines/postgresql/logical/position.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { logicalRun } from '../../../../support/logical-source.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { contentOf, createSample, DATABASE, inDatabase } from './sample.ts';

const run = promisify(execFile);

describe.each([15, 17, 18] as const)('PostgreSQL %i', (version) => {
  let server: PostgresServer;
  let folder: TempFolder;
  let store: ObjectStore;

  beforeAll(async () => {
    server = await startPostgres({ version, tls: true });
    folder = await tempFolder('dumps');
    store = await openStore(`file://${folder.path}/store`);
    await createSample(server);
    await server.sql("CREATE ROLE shopkeeper LOGIN PASSWORD 'sesame'");
  });

  afterAll(async () => {
    await server.dispose();
    await store.close();
    await folder.remove();
  });

  const backup = (
    row: Parameters<typeof logicalRun>[2] = {},
    { address = server.address, label }: { address?: typeof server.address; label?: string } = {},
  ) => backupLogical(logicalRun(store, version, row), { address, binDir: server.binDir, label });

  const env = () => ({
    PATH: process.env.PATH,
    PGHOST: '127.0.0.1',
    PGPORT: String(server.address.port),
    PGUSER: 'postgres',
    PGPASSWORD: server.address.password,
  });

  /** Decodes a file of the backup into the temporary folder. */
  async function fetched(manifest: LogicalManifest, name: string): Promise<string> {
    const file = manifest.files.find((each) => each.name === name);
    if (!file) throw new Error(`no file ${name}`);
    const path = join(folder.path, name.replaceAll('/', '_'));
    await pipeline(Readable.from(openFile(store, manifest, file)), createWriteStream(path));
    return path;
  }

  async function text(manifest: LogicalManifest, name: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    const file = manifest.files.find((each) => each.name === name);
    if (!file) throw new Error(`no file ${name}`);
    for await (const chunk of openFile(store, manifest, file)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  const dumpOf = (manifest: LogicalManifest, name: string) => {
    const found = manifest.position.databases.find((database) => database.name === name);
    if (!found) throw new Error(`no database ${name}`);
    return found;
  };

  describe('of everything', () => {
    let manifest: LogicalManifest;

    beforeAll(async () => {
      manifest = await backup({}, { label: 'pre-migration' });
    });

    test('it is in the catalog, whole, with what it is', async () => {
      const [only] = (await readBackups(store, 'database')).filter(isLogical);
      expect(only).toEqual(manifest);
      expect(manifest).toMatchObject({
        kind: 'logical',
        label: 'pre-migration',
        parent: null,
        class: '30d',
        position: { complete: true, globals: { passwords: true } },
      });
      expect(manifest.position.databases.map(({ name }) => name)).toEqual(
        [DATABASE, 'empty', 'postgres'].sort(),
      );
      expect((await verifyBackup(store, manifest)).problems).toEqual([]);
      const now = new Date();
      const runs = await readRuns(store, 'database', { from: now, to: now, action: 'backup' });
      expect(runs).toMatchObject([{ outcome: 'succeeded', kind: 'logical', backup: manifest.id }]);
    });

    test('rows are counted as the server counts them, each partition apart', async () => {
      const count = (schema: string, table: string) =>
        manifest.counts[countKey(DATABASE, schema, table)];
      expect(count('public', 'customer')).toBe(20_000);
      expect(count('Sales (old)', 'Order "x"')).toBe(20_000);
      expect(count('public', 'event_2025')).toBe(213);
      expect(count('public', 'event_2026')).toBe(187);
      expect(count('public', 'event')).toBeUndefined();
      expect(count('public', 'cache')).toBe(7);
      expect(count('public', 'nothing')).toBe(0);
      expect(count('public', 'parent')).toBe(1);
      expect(count('public', 'child')).toBe(2);
      expect(count('pg_catalog', 'pg_largeobject_metadata')).toBe(3);
    });

    test('every row comes back by pg_restore', async () => {
      const path = await fetched(manifest, dumpOf(manifest, DATABASE).file);
      await server.sql('CREATE DATABASE restored');
      await run(join(server.binDir, 'pg_restore'), ['--exit-on-error', '--dbname=restored', path], {
        env: env(),
      });
      const content = await contentOf(server, 'restored');
      expect(Object.keys(content).length).toBeGreaterThan(10);
      expect(content).toEqual(await contentOf(server, DATABASE));
      await server.sql('DROP DATABASE restored');
    });

    test('an archive that is cut anywhere is noticed, however it arrives', async () => {
      const chunks: Uint8Array[] = [];
      const { file: name } = dumpOf(manifest, 'empty');
      const file = manifest.files.find((each) => each.name === name);
      if (!file) throw new Error('no archive');
      for await (const chunk of openFile(store, manifest, file)) chunks.push(chunk);
      const archive = Buffer.concat(chunks);
      const read = (bytes: Uint8Array) => {
        const reader = new ArchiveReader();
        for (const byte of bytes) reader.read(Uint8Array.of(byte));
        return reader.end();
      };
      expect(read(archive)).toEqual({ tables: [], largeObjects: 0 });
      for (let size = 0; size < archive.length; size++) {
        expect(() => read(archive.subarray(0, size))).toThrow('not a whole archive');
      }
    });

    test('roles are in it, with hashes of their passwords', async () => {
      const sql = await text(manifest, 'globals.sql.zst');
      expect(sql).toContain('CREATE ROLE shopkeeper;');
      expect(sql).toContain("PASSWORD 'SCRAM-SHA-256$");
      expect(sql).not.toContain('sesame');
    });
  });

  test('CSV is of the same moment as the archive, while rows are written, and loads back', async () => {
    await inDatabase(server, DATABASE, ['CREATE TABLE hot (n int)']);
    const ended = new AbortController();
    const writer = (async () => {
      while (!ended.signal.aborted) {
        await inDatabase(server, DATABASE, ['INSERT INTO hot SELECT generate_series(1, 100)']);
      }
    })();
    const csv = ['hot', 'Sales (old).Order "x"', 'customer', 'event', 'parent'];
    const manifest = await backup({ databases: [DATABASE], csv });
    ended.abort();
    await writer;
    const dumped = dumpOf(manifest, DATABASE);
    expect(dumped.csv.map(({ schema, table }) => `${schema}.${table}`)).toEqual([
      'public.hot',
      'Sales (old).Order "x"',
      'public.customer',
      'public.event',
      'public.parent',
    ]);
    expect(dumped.csv[1]?.columns).not.toContain('double');
    const lines = (await text(manifest, dumped.csv[0]?.file ?? '')).split('\n').length - 2;
    expect(manifest.counts[countKey(DATABASE, 'public', 'hot')]).toBe(lines);
    expect((await text(manifest, dumped.csv[3]?.file ?? '')).split('\n').length - 2).toBe(400);
    expect(await text(manifest, dumped.csv[4]?.file ?? '')).toBe('a\n1\n');

    const path = await fetched(manifest, dumped.csv[2]?.file ?? '');
    await inDatabase(server, DATABASE, ['CREATE TABLE again (LIKE customer)']);
    await run(
      join(server.binDir, 'psql'),
      [
        '--no-psqlrc',
        '--set=ON_ERROR_STOP=1',
        '--command',
        `\\copy again FROM '${path}' (FORMAT csv, HEADER)`,
        `--dbname=dbname='${DATABASE.replaceAll(/['\\]/g, '\\$&')}'`,
      ],
      { env: env() },
    );
    const content = await contentOf(server, DATABASE);
    expect(content.again).toBe(content.customer);
    await inDatabase(server, DATABASE, ['DROP TABLE again', 'DROP TABLE hot']);
  });

  test('chosen tables come with their partitions, and the backup does not pass for a whole one', async () => {
    const manifest = await backup({
      databases: [DATABASE],
      tables: ['event', 'Sales (old).Order "x"'],
      globals: 'none',
    });
    expect(Object.keys(manifest.counts).sort()).toEqual(
      [
        countKey(DATABASE, 'Sales (old)', 'Order "x"'),
        countKey(DATABASE, 'public', 'event_2025'),
        countKey(DATABASE, 'public', 'event_2026'),
      ].sort(),
    );
    expect(manifest.position).toMatchObject({ complete: false, globals: null });
    expect(dumpOf(manifest, DATABASE).tables).toHaveLength(4);
  });

  test('definitions alone hold no rows', async () => {
    const manifest = await backup({ schemaOnly: true, globals: 'without-passwords' });
    expect(manifest.counts).toEqual({});
    expect(manifest.position.complete).toBe(false);
    expect(await text(manifest, 'globals.sql.zst')).not.toContain('SCRAM-SHA-256');
    const path = await fetched(manifest, dumpOf(manifest, DATABASE).file);
    const { stdout } = await run(join(server.binDir, 'pg_restore'), ['--file=-', path], {
      maxBuffer: 1e7,
    });
    expect(stdout).toContain('CREATE TABLE public.customer');
    expect(stdout).not.toContain('COPY public.customer');
  });

  describe('as a role without a right', () => {
    const address = () => ({ ...server.address, user: 'reader', password: 'of-the-reader' });

    test('nothing is stored, and what is missing is said; a member of pg_read_all_data succeeds', async () => {
      await server.sql("CREATE ROLE reader LOGIN PASSWORD 'of-the-reader'");
      const take = (globals: 'with-passwords' | 'without-passwords') =>
        backup({ databases: [DATABASE], globals }, { address: address() });
      const before = (await readBackups(store, 'database')).length;
      await expect(take('with-passwords')).rejects.toThrow(
        'the role "reader" may not read the hashes of passwords (pg_authid); grant it pg_read_all_data',
      );
      await expect(take('without-passwords')).rejects.toThrow(
        /exit code 1: .*permission denied for .*; let the role of the backup be a member of pg_read_all_data/s,
      );
      await server.sql('GRANT pg_read_all_data TO reader');
      await inDatabase(server, DATABASE, ['ALTER TABLE customer ENABLE ROW LEVEL SECURITY']);
      await expect(take('with-passwords')).rejects.toThrow(/row-level security.*BYPASSRLS/s);
      await server.sql('ALTER ROLE reader BYPASSRLS');
      await expect(take('with-passwords')).rejects.toThrow(
        /permission denied for large object .*; let the role be a superuser or set lo_compat_privileges/s,
      );
      expect(await readBackups(store, 'database')).toHaveLength(before);
      const now = new Date();
      const runs = await readRuns(store, 'database', { from: now, to: now, action: 'backup' });
      expect(runs.filter(({ outcome }) => outcome === 'failed').map((each) => each.error)).toEqual(
        expect.arrayContaining([expect.stringContaining('row-level security')]),
      );
      await inDatabase(server, DATABASE, ['SELECT lo_unlink(oid) FROM pg_largeobject_metadata']);
      const manifest = await take('with-passwords');
      expect(manifest.counts[countKey(DATABASE, 'public', 'customer')]).toBe(20_000);
      expect(JSON.stringify([manifest, runs])).not.toContain('of-the-reader');
    });

    test('a database that may not be entered stops the backup of all', async () => {
      await server.sql('REVOKE CONNECT ON DATABASE empty FROM PUBLIC');
      await expect(backup({}, { address: address() })).rejects.toThrow(
        'the role may not connect to database "empty"; run as its owner: GRANT CONNECT',
      );
    });
  });
});
