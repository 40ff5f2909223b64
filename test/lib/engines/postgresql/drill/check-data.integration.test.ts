import { chown, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { claimStore } from '../../../../../lib/catalog/reader.ts';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { connectSql } from '../../../../../lib/engines/postgresql/connection.ts';
import { drillPostgresql } from '../../../../../lib/engines/postgresql/drill/drill.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import { runContext } from '../../../../support/backup-source.ts';
import type { ServerVersion } from '../../../../support/postgres-install.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

let folder: TempFolder;
let server: PostgresServer;
const start = async (version: ServerVersion) => {
  folder = await tempFolder('check-data');
  server = await startPostgres({ version });
  await chown(folder.path, server.uid, server.gid);
};
afterEach(async () => {
  await server?.dispose();
  await folder?.remove();
});

/** Backs the server up as it is, and drills that. */
async function drillOf(version: ServerVersion, user = server.address.user) {
  const path = join(folder.path, 'store');
  await mkdir(path);
  const store = await openStore(pathToFileURL(path).href);
  const run = runContext(store, version);
  await claimStore(store, run.compiled.plan, run.compiled.environment);
  await backupPostgresql(run, { address: { ...server.address, user }, checkpoint: 'fast' });
  return drillPostgresql(run, {
    scratch: folder.path,
    target: 'latest',
    expectations: [],
    amcheck: true,
    binDir: server.binDir,
    owner: { uid: server.uid, gid: server.gid },
  }).finally(() => store.close());
}

test.each([15, 18] as const)(
  'an empty PostgreSQL %i passes, whatever its superuser is called and may do',
  async (version) => {
    await start(version);
    const { password } = server.address;
    await server.sql(`CREATE ROLE boss SUPERUSER LOGIN PASSWORD '${password}'`);
    const boss = await connectSql({ ...server.address, user: 'boss' });
    await boss.query('ALTER ROLE postgres RENAME TO "odd ""name"');
    await boss.query('ALTER ROLE "odd ""name" SET statement_timeout = 1');
    await boss.query('ALTER ROLE "odd ""name" NOLOGIN');
    await boss.end();
    expect(await drillOf(version, 'boss')).toMatchObject({
      outcome: 'succeeded',
      counts: { databases: 2, tables: 0, rows: 0 },
    });
  },
);

test('damage that every digest agrees with is found', async () => {
  await start(15);
  await server.sql('CREATE TABLE whole AS SELECT generate_series(1, 1000) AS id');
  await server.sql('CREATE TABLE torn AS SELECT * FROM whole');
  await server.sql('CREATE INDEX incomplete ON whole (id)');
  const ready = (value: boolean) =>
    server.sql(
      `UPDATE pg_index SET indisready = ${value} WHERE indexrelid = 'incomplete'::regclass`,
    );
  await ready(false);
  await server.sql('INSERT INTO whole VALUES (1001)');
  await ready(true);
  const [row] = await server.sql(`SELECT pg_relation_filepath('torn') AS path`);
  await server.stop();
  const path = join(server.dataDir, String(row?.path));
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(64, 0xff), 0, 64, (await stat(path)).size - 8192);
  await file.close();
  await server.start();
  const { outcome, problems, counts } = await drillOf(15);
  expect(outcome).toBe('failed');
  expect(problems).toEqual([
    expect.stringMatching(/^table postgres\.public\.torn cannot be read: invalid page in block/),
    expect.stringMatching(/^index postgres\.incomplete: heap tuple .* lacks matching index tuple/),
    expect.stringMatching(/^table postgres\.torn: .*invalid page in block/),
  ]);
  expect(counts).toMatchObject({ tables: 1, rows: 1001 });
});
