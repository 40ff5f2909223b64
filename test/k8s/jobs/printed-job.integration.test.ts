import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readRuns } from '../../../lib/catalog/reader.ts';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { cli } from '../../support/cli.ts';
import { until } from '../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { startCluster, type TestCluster } from '../agent/cluster.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';

/** The Job that `--manifest` prints is applied, and its pod runs as a cluster runs it: the state of the moment comes back. */

jest.setTimeout(180_000);

const NAMESPACE = 'shop-backup';
const { settings } = compiledSource();
const credentials = { username: 'tidemark', password: 'from the Secret' };

let folder: TempFolder;
let postgres: PostgresServer;
let s3: S3Server;
let cluster: TestCluster;

beforeAll(async () => {
  [folder, postgres, s3] = await Promise.all([
    tempFolder('printed'),
    startPostgres({ version: 15 }),
    startS3(),
  ]);
  await postgres.sql(`CREATE ROLE tidemark LOGIN REPLICATION PASSWORD '${credentials.password}'`);
  await postgres.sql('GRANT EXECUTE ON FUNCTION pg_switch_wal() TO tidemark');
  await postgres.sql('CREATE TABLE orders (id int PRIMARY KEY)');
  await s3.createBucket('shop', { objectLock: true });
  const { uid, gid, address } = postgres;
  const server = {
    ...settings.server,
    ...{ service: '127.0.0.1', port: address.port, database: 'postgres', uid, gid },
    ...{ tls: 'disable' as const },
  };
  const plan = compiledPlan();
  const compiled = compiledPlan({
    regions: { ...plan.regions, primary: s3.region },
    buckets: { ...plan.buckets, primary: 'shop', replica: 'copy' },
    sources: [
      compiledSource({
        settings: { ...settings, server },
        protections: compiledSource().protections.map((row) =>
          row.kind === 'wal' ? { ...row, flushSeconds: 1 } : row,
        ),
      }),
    ],
  });
  await writeFile(join(folder.path, 'plan.json'), JSON.stringify(compiled));
  cluster = await startCluster(compiled, s3);
  await cluster.secret(NAMESPACE, 'orders-backup', credentials);
});

afterAll(async () => {
  await cluster?.stop();
  await Promise.all([postgres?.dispose(), s3?.stop(), folder?.remove()]);
});

const insert = (id: number) => postgres.sql('INSERT INTO orders VALUES ($1)', [id]);

const jobSchema = z.looseObject({
  kind: z.literal('Job'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    template: z.looseObject({ metadata: z.looseObject({}), spec: z.looseObject({}) }),
  }),
});

/** What a person does with a command: its Job is applied, and a pod of it runs to its end. */
async function runInCluster(...args: string[]) {
  const printed = await cli([...args, '--config', 'plan.json', '--manifest'], { cwd: folder.path });
  expect(printed).toMatchObject({ code: EXIT.ok });
  const objects = parseAllDocuments(printed.stdout).map((document) => document.toJS());
  for (const object of objects) await cluster.objects.apply(object);
  const { metadata, spec } = jobSchema.parse(objects.at(-1));
  const pod = await cluster.start({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...spec.template.metadata, name: metadata.name, namespace: NAMESPACE },
    spec: spec.template.spec,
  });
  const exit = await pod.exit;
  await pod.remove();
  // What it said is what helps.
  if (exit.code !== EXIT.ok) throw new Error(JSON.stringify(exit, null, 1));
}

/** Whether the streamer has proven that every commit up to the moment is stored. */
async function proven(moment: Date): Promise<boolean> {
  const store = await openStore(s3.url('shop'), { credentials: s3 });
  try {
    const to = new Date();
    const range = { from: new Date(to.getTime() - 86_400_000), to };
    const runs = await readRuns(store, 'orders', { ...range, action: 'wal' });
    return runs.some(({ serverTime }) => serverTime !== null && new Date(serverTime) >= moment);
  } finally {
    await store.close();
  }
}

test('a restore to a moment', async () => {
  const streamer = await cluster.run('Deployment/tidemark-orders-wal');
  const ready = async () => (await streamer.probe('readiness')).code === EXIT.ok;
  await until('the streamer is ready', ready, 60_000);
  const backup = await cluster.run('CronJob/tidemark-orders-base-backup');
  expect(await backup.exit).toMatchObject({ code: EXIT.ok });
  await backup.remove();
  await insert(1);
  // A moment is given in milliseconds, commits have microseconds: the next one is in a later millisecond.
  const [between] = await postgres.sql(
    `SELECT date_trunc('milliseconds', clock_timestamp()) + interval '1 ms' AS moment, pg_sleep(0.01)`,
  );
  const moment = z.date().parse(between?.moment);
  await insert(2);
  await until('everything up to the moment is stored', () => proven(moment), 60_000);
  expect(await streamer.terminate()).toMatchObject({ code: EXIT.interrupted });
  await streamer.remove();

  await runInCluster('restore', '--to', moment.toISOString(), '--claim', 'orders-beside');

  const dataDir = join(await cluster.node.claim('orders-beside'), 'data');
  const { password } = postgres.address;
  const server = await startPostgres({ version: 15, existing: { dataDir, password } });
  try {
    expect(await server.sql('SELECT id FROM orders')).toEqual([{ id: 1 }]);
  } finally {
    await server.dispose();
  }
});

test('a drill has room for the newest backup, as the store says', async () => {
  const env = {
    TIDEMARK_STORE: s3.url('shop'),
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  };
  const args = ['drill', '--config', 'plan.json', '--manifest'];
  const printed = await cli(args, { cwd: folder.path, env });
  expect(printed).toMatchObject({ code: EXIT.ok });
  expect(printed.stderr).toMatch(/the Job's volume has 1GiB: \S+-full-\w+ takes [\d.]+ MiB\n/);
  expect(printed.stdout).toContain('storage: 1Gi\n');
});
