import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readStatus } from '../../../../../lib/catalog/status.ts';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { formatLsn, parseLsn } from '../../../../../lib/engines/postgresql/lsn.ts';
import type { RestoreGoal } from '../../../../../lib/engines/postgresql/restore/goal.ts';
import { restorePostgresql } from '../../../../../lib/engines/postgresql/restore/restore.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { LIBFAKETIME } from '../../../../support/servers.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { compareWithServer, insertPosition, records, Streamer } from './streamer.ts';

const VERSION = 17;

let folder: TempFolder;
let store: ObjectStore;
let server: PostgresServer;
let clock: string;
const ends: (() => Promise<unknown>)[] = [];

/** Sets the server's clock by so much off, such as `+1h`. */
async function setClock(offset: string): Promise<void> {
  await writeFile(`${clock}.next`, offset);
  await rename(`${clock}.next`, clock);
}

const now = async () => (await server.sql('SELECT clock_timestamp() AS at'))[0]?.at as Date;

beforeAll(async () => {
  folder = await tempFolder('clock');
  await chmod(folder.path, 0o755);
  store = await openStore(`file://${join(folder.path, 'store')}`);
  clock = join(folder.path, 'clock');
  await setClock('+0');
  server = await startPostgres({
    version: VERSION,
    initdb: ['--wal-segsize=1'],
    settings: { wal_keep_size: '512MB' },
    env: {
      LD_PRELOAD: LIBFAKETIME,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      // What is waited for goes on as always.
      DONT_FAKE_MONOTONIC: '1',
    },
  });
});

afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await server.dispose();
  await store.close();
  await folder.remove();
});

/** Restores; returns the rows of the table. */
async function restored(name: string, to: RestoreGoal): Promise<unknown[]> {
  const target = join(folder.path, name);
  await restorePostgresql(runContext(store, VERSION), {
    target,
    to,
    binDir: server.binDir,
    owner: { uid: server.uid, gid: server.gid },
  });
  const { password } = server.address;
  const copy = await startPostgres({ version: VERSION, existing: { dataDir: target, password } });
  ends.push(() => copy.dispose());
  return (await copy.sql('SELECT what FROM t ORDER BY what')).map(({ what }) => what);
}

test('a clock that goes an hour ahead and comes back: the stream goes on, and no moment brings less than it says', async () => {
  await server.sql('CREATE TABLE t (what text)');
  await backupPostgresql(runContext(store, VERSION), {
    address: server.address,
    checkpoint: 'fast',
  });
  const streamer = new Streamer(store, VERSION, server.address);
  ends.push(() => streamer.stop().catch(() => undefined));
  const add = async (what: string) => {
    await server.sql('INSERT INTO t VALUES ($1)', [what]);
    const lsn = await insertPosition(server);
    const at = await now();
    await streamer.reaches(lsn);
    await until('it is proven', async () =>
      (await records(store)).some(
        ({ durable, serverTime }) =>
          parseLsn(durable) >= lsn && serverTime !== null && new Date(serverTime) >= at,
      ),
    );
    return at;
  };
  const before = await add('a: before');
  // What lies close before a clock that was set back may have come twice.
  await until('two seconds have passed', async () => Date.now() > before.getTime() + 2000);
  const real = Date.now();
  await setClock('+1h');
  const ahead = await add('b: ahead');
  expect(ahead.getTime() - real).toBeGreaterThan(3_500_000);
  const [status] = await readStatus(store, runContext(store, VERSION).compiled, new Date());
  expect(status?.reasons).toContainEqual(expect.stringContaining('clock'));

  await setClock('+0');
  const after = await add('c: after');
  const end = await insertPosition(server);
  await streamer.reaches(end);
  expect(streamer.ended).toBeUndefined();
  await streamer.stop();
  await compareWithServer(store, server);

  expect(await restored('before', before)).toEqual(['a: before']);
  // It came twice: PostgreSQL would stop before what was written an hour ahead, and leave the last row out.
  await expect(restored('after', after)).rejects.toMatchObject({
    name: 'RestoreWindowError',
    message: expect.stringContaining('came twice'),
  });
  expect(await restored('position', { lsn: end })).toEqual(['a: before', 'b: ahead', 'c: after']);
  expect(await restored('latest', 'latest')).toEqual(['a: before', 'b: ahead', 'c: after']);
  expect(formatLsn(end)).toMatch('/');
});

test('an agent whose clock jumps streams on without a gap', async () => {
  const jumps = [0, 3 * 86_400_000, -3 * 86_400_000];
  let asked = 0;
  const streamer = new Streamer(store, VERSION, server.address, {
    now: () => new Date(Date.now() + (jumps[asked++ % jumps.length] ?? 0)),
  });
  ends.push(() => streamer.stop().catch(() => undefined));
  await server.sql("INSERT INTO t VALUES ('d: jumping')");
  const end = await insertPosition(server);
  await streamer.reaches(end);
  await streamer.stop();
  await compareWithServer(store, server);
  expect(await restored('jumping', 'latest')).toContain('d: jumping');
});
