import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBackups } from '../../../../../lib/catalog/reader.ts';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { parseLsn } from '../../../../../lib/engines/postgresql/lsn.ts';
import { restorePostgresql } from '../../../../../lib/engines/postgresql/restore/restore.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { asAgent, ROLE_STATEMENTS, runContext, SOURCE } from '../../../../support/backup-source.ts';
import { cli, startCli } from '../../../../support/cli.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { startStandby } from '../../../../support/postgres-standby.ts';
import { TcpProxy } from '../../../../support/tcp-proxy.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import {
  dropSlots,
  expectUnbroken,
  insertPosition,
  records,
  SLOT,
  stored,
  write,
} from './streamer.ts';

const VERSION = 17;

let folder: TempFolder;
let store: ObjectStore;
let primary: PostgresServer;
let standby: PostgresServer;
/** What a Kubernetes service is: it leads to whoever is the primary. */
let service: TcpProxy;
let env: Record<string, string>;
const ends: (() => Promise<unknown>)[] = [];

const args = () => ['--config', join(folder.path, 'plan.json'), '--store', store.url];

jest.setTimeout(400_000);

beforeEach(async () => {
  folder = await tempFolder('failover');
  await chmod(folder.path, 0o755);
  store = await openStore(`file://${join(folder.path, 'store')}`);
  primary = await startPostgres({
    version: VERSION,
    initdb: ['--wal-segsize=1'],
    settings: { wal_keep_size: '0', min_wal_size: '2MB', max_wal_size: '4MB' },
  });
  for (const statement of ROLE_STATEMENTS) await primary.sql(statement);
  await write(primary, 1);
  standby = await startStandby(primary, VERSION);
  service = await TcpProxy.start(primary.address);
  const { user, password } = asAgent(primary.address);
  env = {
    PGHOST: '127.0.0.1',
    PGPORT: String(service.port),
    PGUSER: user,
    PGPASSWORD: password,
    PGSSLMODE: 'disable',
    TMPDIR: folder.path,
  };
  const { compiled } = runContext(store, VERSION);
  const sources = compiled.sources.map((source) => ({
    ...source,
    protections: source.protections.map((row) =>
      row.kind === 'wal' ? { ...row, flushSeconds: 1 } : row,
    ),
  }));
  await writeFile(join(folder.path, 'plan.json'), JSON.stringify({ ...compiled, sources }));
  await backupPostgresql(runContext(store, VERSION), {
    address: primary.address,
    checkpoint: 'fast',
  });
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  service.stop();
  await standby.dispose();
  await primary.dispose();
  await store.close();
  await folder.remove();
});

/** The streamer as it runs in its pod. */
function streaming() {
  const started = startCli(['wal', ...args()], { cwd: folder.path, env });
  ends.push(async () => {
    started.child.kill('SIGTERM');
    await started.result;
  });
  return started;
}

async function durable(): Promise<bigint> {
  return parseLsn((await records(store)).at(-1)?.durable ?? '0/0');
}

const reaches = (what: string, lsn: bigint) =>
  until(what, async () => (await durable()) >= lsn, 120_000);

/** The standby has everything. */
async function followed(): Promise<void> {
  const end = await insertPosition(primary);
  await until('the standby has everything', async () => {
    const [row] = await standby.sql('SELECT pg_last_wal_replay_lsn()::text AS lsn');
    return parseLsn(String(row?.lsn)) >= end;
  });
}

/** The standby has everything, the primary is gone, and the service leads to the standby. */
async function failOver(): Promise<void> {
  await followed();
  await primary.crash();
  await standby.sql('SELECT pg_promote()');
  service.redirect(standby.address);
}

async function expectLatest(): Promise<void> {
  const question =
    "SELECT count(*)::int AS n, md5(string_agg(text, '' ORDER BY n, text)) AS md5 FROM filler";
  const expected = await standby.sql(question);
  const target = join(folder.path, 'restored');
  await restorePostgresql(runContext(store, VERSION), {
    target,
    to: 'latest',
    binDir: standby.binDir,
    owner: { uid: standby.uid, gid: standby.gid },
  });
  const { password } = standby.address;
  const server = await startPostgres({ version: VERSION, existing: { dataDir: target, password } });
  ends.push(() => server.dispose());
  expect(await server.sql(question)).toEqual(expected);
}

test('a promoted server without the slot: it is made there, and there is no gap where none is', async () => {
  const first = streaming();
  await reaches('it streams', await write(primary, 1));
  // Another agent for the same source, as a process of its own.
  expect(await cli(['wal', ...args()], { cwd: folder.path, env })).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('another run that stores the log of database is running'),
  });
  await failOver();
  expect(await standby.sql('SELECT slot_name FROM pg_replication_slots')).toEqual([]);
  await reaches('it follows', await write(standby, 2));
  expect(first.child.exitCode).toBeNull();
  expect(first.stderr()).toContain(`the server had no slot ${SLOT}`);
  const runs = await records(store);
  expect(runs.map(({ gap }) => gap)).toEqual(runs.map(() => null));
  expect(runs.at(-1)?.timeline).toBe(2);
  expectUnbroken(runs);
  expect((await stored(store, standby)).map(({ name }) => name)).toContain('00000002.history');
  expect(await readBackups(store, SOURCE)).toHaveLength(1);
  await expectLatest();
});

test('a promoted server that no longer has what is missing: the gap is on record, and a base backup follows at once', async () => {
  const first = streaming();
  await reaches('it streams', await write(primary, 1));
  service.refuse();
  service.cut();
  await dropSlots(primary);
  for (let round = 0; round < 18; round++) {
    // Little at a time: checkpoints remove log on the primary also where the standby does not have it yet.
    await write(primary, 1);
    await primary.sql('SELECT pg_switch_wal()');
    await followed();
    await primary.sql('CHECKPOINT');
    await standby.sql('CHECKPOINT');
  }
  await failOver();
  await standby.sql('CHECKPOINT');
  await service.listen();
  await until(
    'a base backup follows',
    async () => (await readBackups(store, SOURCE)).length === 2,
    // The streamer waits longer and longer while it cannot reach the server.
    180_000,
  );
  const [gap, ...more] = (await records(store)).flatMap((run) => run.gap ?? []);
  expect(more).toEqual([]);
  const [, base] = await readBackups(store, SOURCE);
  expect(base?.position.engine).toBe('postgresql');
  if (base?.position.engine !== 'postgresql') return;
  expect(base.position.timeline).toBe(2);
  expect(parseLsn(base.position.startLsn)).toBeGreaterThanOrEqual(parseLsn(gap?.to ?? 'F/0'));
  await reaches('it goes on', await write(standby, 2));
  expect(first.stderr()).toContain('take a new base backup now');
  await expectLatest();
});
