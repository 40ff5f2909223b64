import { chown, cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readRuns } from '../../../../../lib/catalog/reader.ts';
import type { DrillRun } from '../../../../../lib/catalog/run-record.ts';
import { drillPostgresql } from '../../../../../lib/engines/postgresql/drill/drill.ts';
import { backupLogical } from '../../../../../lib/engines/postgresql/logical/logical-backup.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import { flipByte } from '../../../../support/flip-byte.ts';
import { logicalRun } from '../../../../support/logical-source.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { DATABASE, makeSampleDatabase } from '../load/sample-database.ts';
import { filesOf } from '../restore/history.ts';

const VERSION = 17;

let folder: TempFolder;
let server: PostgresServer;
let backup: string;
let ofTables: string;
let ofOther: string;

beforeAll(async () => {
  folder = await tempFolder('drill-dump');
  server = await startPostgres({ version: VERSION });
  await makeSampleDatabase(server, 500);
  await chown(folder.path, server.uid, server.gid);
  await mkdir(join(folder.path, 'store'));
  const run = logicalRun(await openStore(url('store')), VERSION);
  const { address, binDir } = server;
  const other = logicalRun(run.store, VERSION, { databases: [DATABASE] });
  ofOther = (await backupLogical(other, { address, binDir })).id;
  backup = (await backupLogical(run, { address, binDir })).id;
  const chosen = logicalRun(run.store, VERSION, {
    databases: [DATABASE],
    tables: ['public.customers'],
  });
  ofTables = (await backupLogical(chosen, { address, binDir })).id;
  await run.store.close();
  // Nothing of the original is needed.
  await server.stop();
});
afterAll(async () => {
  await server?.dispose();
  await folder?.remove();
});

const url = (name: string) => pathToFileURL(join(folder.path, name)).href;

async function copyStore(name: string): Promise<string> {
  await cp(join(folder.path, 'store'), join(folder.path, name), { recursive: true });
  return join(folder.path, name);
}

async function drill(
  store = 'store',
  expectations: { query: string; expected: string }[] = [],
  target: 'latest' | { backup: string } = 'latest',
) {
  const run = logicalRun(await openStore(url(store)), VERSION);
  const scratch = join(folder.path, `scratch-${store}`);
  await mkdir(scratch, { recursive: true });
  await chown(scratch, server.uid, server.gid);
  const { binDir, uid, gid } = server;
  const record: DrillRun = await drillPostgresql(run, {
    ...{ scratch, target, expectations, amcheck: true, binDir, owner: { uid, gid } },
  });
  const now = new Date();
  const range = { from: now, to: now, action: 'drill' } as const;
  expect((await readRuns(run.store, run.source.name, range)).at(-1)).toEqual(record);
  await run.store.close();
  expect(await readdir(scratch)).toEqual([]);
  return record;
}

test('a drill of a dump loads every database with its roles, counts and reads every row', async () => {
  const record = await drill('store', [
    { query: `SELECT count(*) FROM pg_roles WHERE rolname = 'App Owner'`, expected: '1' },
  ]);
  expect(record).toMatchObject({ outcome: 'succeeded', problems: [], backup, target: 'latest' });
  const { counts } = record;
  if (!counts || !('rows' in counts)) throw new Error('nothing was counted');
  expect(counts.databases).toBeGreaterThan(1);
  expect(counts.rows).toBeGreaterThan(500);
  expect(counts.indexes).toBeGreaterThan(0);
  expect(record.versions.server).toMatch(/^17\./);
  expect(record.rtoSeconds).toBeGreaterThan(0);
  expect(record.rpoSeconds).toBeGreaterThan(0);
});

test('a dump without the database that queries are about is drilled without them', async () => {
  const expectations = [{ query: 'SELECT false', expected: 'true' }];
  const record = await drill('store', expectations, { backup: ofOther });
  expect(record).toMatchObject({
    outcome: 'succeeded',
    problems: [],
    queries: [],
    backup: ofOther,
  });
});

test('a dump of chosen tables is none that a drill proves anything of', async () => {
  const run = logicalRun(await openStore(url('store')), VERSION);
  const drilled = drillPostgresql(run, {
    scratch: folder.path,
    target: { backup: ofTables },
    expectations: [],
    amcheck: false,
    owner: { uid: server.uid, gid: server.gid },
  });
  await expect(drilled).rejects.toMatchObject({
    name: 'EngineInputError',
    message: expect.stringContaining('holds chosen tables alone'),
  });
  await run.store.close();
});

test.each([
  ['an archive', /^data\/.*\/databases\//],
  ['the roles', /^data\/.*globals/],
])('fails where a byte of %s was flipped', async (what, pattern) => {
  const name = `altered-${what.replaceAll(' ', '-')}`;
  const store = await copyStore(name);
  const paths = (await filesOf(store)).filter((path) => pattern.test(path));
  for (const path of paths) await flipByte(join(store, path));
  const record = await drill(name);
  expect(record).toMatchObject({ outcome: 'failed' });
  expect(record.error).toMatch(/SHA-256|digest|zstd|altered|not what/i);
});
