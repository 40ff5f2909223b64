import { execFile } from 'node:child_process';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { EXPORTER_PORT } from '../../../lib/exporter/exporter.ts';
import { GAUGES, type GaugeName } from '../../../lib/exporter/gauges.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { until } from '../../support/condition.ts';
import type { RunningPod } from '../../support/kubelet/running-pod.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { PROMTOOL } from '../../support/prometheus-install.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { MONITORING } from '../charts/monitoring/cases/alert-case.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { everythingOfPostgresql } from './plans.ts';

/**
 * The exporter's pod, run as a cluster runs it, with a role that the S3 server enforces, beside the pods whose backups it tells
 * of: with backups, without them, started again, and while the store is away.
 */

jest.setTimeout(180_000);

const NAMESPACE = 'shop-backup';
const EXPORTER = 'Deployment/tidemark-exporter';
const WITHIN_MS = 60_000;
let postgres: PostgresServer;
let s3: S3Server;
let cluster: TestCluster;
let exporter: RunningPod;

beforeAll(async () => {
  [postgres, s3] = await Promise.all([
    startPostgres({ version: 17, tls: true, settings: { checkpoint_completion_target: '0' } }),
    startS3(),
  ]);
  await postgres.sql(`CREATE ROLE tidemark LOGIN REPLICATION PASSWORD 'from the Secret'`);
  await postgres.sql('GRANT EXECUTE ON FUNCTION pg_switch_wal() TO tidemark');
  await postgres.sql('CREATE DATABASE orders TEMPLATE postgres');
  await s3.createBucket('shop', { objectLock: true });
  const { uid, gid, address } = postgres;
  const compiled: CompiledPlan = {
    ...everythingOfPostgresql({ port: address.port, uid, gid }),
    monitoring: { ...MONITORING, refreshSeconds: 1 },
  };
  cluster = await startCluster(compiled, s3);
  await cluster.secret(NAMESPACE, 'orders-backup', {
    ...{ username: 'tidemark', password: 'from the Secret', 'ca.crt': address.ca ?? '' },
  });
  exporter = await cluster.run(EXPORTER);
});

afterAll(async () => {
  await cluster?.stop();
  await Promise.all([postgres?.dispose(), s3?.stop()]);
});

/** What Prometheus would scrape. */
const scrape = async (): Promise<string> =>
  (await fetch(`http://127.0.0.1:${EXPORTER_PORT}/metrics`)).text();

/** A series of the source; undefined where there is none. */
async function value(gauge: GaugeName, kind?: string): Promise<number | undefined> {
  const line = (await scrape())
    .split('\n')
    .find(
      (one) =>
        one.startsWith(`${GAUGES[gauge].name}{`) &&
        (kind === undefined || one.includes(`kind="${kind}"`)),
    );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
}

const ready = () =>
  waited(exporter, 'it is ready', async () => (await exporter.probe('readiness')).code === 0);

/** What a pod has said is what helps where one waits in vain. */
async function waited(
  pod: RunningPod,
  what: string,
  condition: () => Promise<boolean>,
): Promise<void> {
  await until(what, condition, WITHIN_MS).catch((cause) => {
    throw new Error(`${cause}: ${pod.containers.get('tidemark')?.output.stderr}`, { cause });
  });
}

test('it is ready, and says that there is no backup yet', async () => {
  await ready();
  await waited(exporter, 'a look', async () => ((await value('looked')) ?? 0) > 0);
  expect(await value('backupNewest', 'full')).toBe(0);
  expect(await value('backupAllowedAge', 'full')).toBeGreaterThan(86_400);
  expect((await exporter.probe('liveness')).code).toBe(0);
});

test('it tells of a backup and of the log as soon as they are stored', async () => {
  const streamer = await cluster.run('Deployment/tidemark-orders-wal');
  await waited(
    streamer,
    'a record of the log',
    async () => ((await value('logStored', 'wal')) ?? 0) > 0,
  );
  const backup = await cluster.run('CronJob/tidemark-orders-base-backup');
  const exit = await backup.exit;
  if (exit.code !== EXIT.ok) throw new Error(JSON.stringify(exit));
  await waited(
    exporter,
    'the backup',
    async () => ((await value('backupNewest', 'full')) ?? 0) > 0,
  );
  const age = Date.now() / 1000 - ((await value('backupNewest', 'full')) ?? 0);
  expect(age).toBeLessThan(600);
  expect(await value('backupBytes', 'full')).toBeGreaterThan(1_000_000);
  expect(await value('backupFailures', 'full')).toBe(0);
  expect(await value('slotRetained')).toBeGreaterThanOrEqual(0);
  await streamer.terminate();
});

test('Prometheus understands every line of it', async () => {
  const text = await scrape();
  const checked = new Promise<string>((done) => {
    const child = execFile(PROMTOOL, ['check', 'metrics'], (error, stdout, stderr) =>
      done(`${error ? 'refused' : 'taken'}: ${stdout}${stderr}`),
    );
    child.stdin?.end(text);
  });
  expect(await checked).toBe('taken: ');
});

test('started again, it knows the same', async () => {
  const before = await value('backupNewest', 'full');
  expect(await exporter.terminate()).toMatchObject({ code: EXIT.interrupted, outOfMemory: false });
  exporter = await cluster.run(EXPORTER);
  await ready();
  await waited(exporter, 'a look', async () => ((await value('looked')) ?? 0) > 0);
  expect(await value('backupNewest', 'full')).toBe(before);
});

test('while the store is away it says since when, keeps what it knew and stays alive', async () => {
  const before = await value('backupNewest', 'full');
  await s3.stop();
  await waited(
    exporter,
    'looks that fail',
    async () => Date.now() / 1000 - ((await value('looked')) ?? 0) > 10,
  );
  expect(await value('backupNewest', 'full')).toBe(before);
  expect((await exporter.probe('liveness')).code).toBe(0);
  expect((await exporter.probe('readiness')).code).toBe(0);
});

test('started while the store is away, it says that nobody has looked', async () => {
  await exporter.terminate();
  exporter = await cluster.run(EXPORTER);
  await ready();
  expect(await value('looked')).toBe(0);
  expect(await value('backupNewest', 'full')).toBeUndefined();
  await exporter.remove();
});
