import { join } from 'node:path';
import { z } from 'zod';
import { readBackups } from '../../../lib/catalog/reader.ts';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { until } from '../../support/condition.ts';
import type { RunningPod } from '../../support/kubelet/running-pod.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { everythingOfPostgresql } from './plans.ts';

/**
 * Every pod that is derived for a PostgreSQL server runs as a cluster runs it: as the API server has completed it, with the
 * role, the Secret, the user, the read-only root and the memory that it has there, against a real server and a real store.
 */

jest.setTimeout(180_000);

const NAMESPACE = 'shop-backup';
let postgres: PostgresServer;
let s3: S3Server;
let cluster: TestCluster;
let streamer: RunningPod;

// A checkpoint that takes its time would take the test's.
const SETTINGS = { summarize_wal: 'on', checkpoint_completion_target: '0' };
const backup = { username: 'tidemark', password: 'from the Secret' };
const owner = { username: 'owner', password: 'of everything' };

beforeAll(async () => {
  [postgres, s3] = await Promise.all([
    startPostgres({ version: 17, tls: true, settings: SETTINGS }),
    startS3(),
  ]);
  await postgres.sql(`CREATE ROLE owner SUPERUSER LOGIN PASSWORD '${owner.password}'`);
  await postgres.sql('CREATE TABLE orders (id int PRIMARY KEY)');
  await insert(1);
  await postgres.sql('CREATE DATABASE orders TEMPLATE postgres OWNER owner');
  for (const name of ['shop', 'proof']) await s3.createBucket(name, { objectLock: true });
  const { uid, gid, address } = postgres;
  cluster = await startCluster(everythingOfPostgresql({ port: address.port, uid, gid }), s3);
  const ca = { 'ca.crt': address.ca ?? '' };
  await cluster.secret(NAMESPACE, 'orders-backup', { ...backup, ...ca });
  await cluster.secret(NAMESPACE, 'orders-owner', { ...owner, ...ca });
  const { user: username, password } = address;
  await cluster.secret(NAMESPACE, 'postgres-superuser', { username, password });
});

afterAll(async () => {
  await cluster?.stop();
  await Promise.all([postgres?.dispose(), s3?.stop()]);
});

const insert = (id: number) => postgres.sql('INSERT INTO orders VALUES ($1)', [id]);

/** Runs a Job's pod to its end. */
async function finished(workload: string): Promise<string> {
  const pod = await cluster.run(workload);
  const exit = await pod.exit;
  await pod.remove();
  // What it said is what helps.
  if (exit.code !== EXIT.ok || exit.outOfMemory) throw new Error(JSON.stringify(exit, null, 1));
  return exit.stdout;
}

/** Kinds and labels of the backups that were committed, in their order. */
async function backups(): Promise<string[]> {
  const store = await openStore(s3.url('shop'), { credentials: s3 });
  try {
    const all = await readBackups(store, 'orders');
    return all.map(({ kind, label }) => [kind, label].filter(Boolean).join(' '));
  } finally {
    await store.close();
  }
}

test('the role of the backups is made, with the rights that the plan needs', async () => {
  await finished('CronJob/tidemark-orders-setup');
});

test('the streamer becomes ready, and says so to every probe', async () => {
  streamer = await cluster.run('Deployment/tidemark-orders-wal');
  for (const kind of ['startup', 'readiness', 'liveness'] as const) {
    await until(`the ${kind} probe`, async () => (await streamer.probe(kind)).code === 0, 60_000);
  }
});

test('its root is read-only, it has no rights, and little room beside', async () => {
  const run = async (script: string) =>
    (await streamer.containers.get('tidemark')?.exec(['/bin/sh', '-c', script], 60))?.stdout;
  // A redirection that fails ends the shell, so each has one of its own.
  const places = '/ /etc /usr /usr/local/bin /opt/tidemark /etc/tidemark /var/tmp /dev/shm /tmp';
  const writable = `for d in ${places}; do (: > $d/x) 2>/dev/null && echo $d; done; rm -f /tmp/x`;
  expect(await run(writable)).toBe('/dev/shm\n/tmp\n');
  const rights = `grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status | tr -s '\t\n' ' '`;
  const none = '0'.repeat(16);
  expect(await run(rights)).toBe(`CapEff: ${none} CapBnd: ${none} NoNewPrivs: 1 `);
  expect(await run('id -u; df -k --output=size /tmp | tail -1')).toMatch(/^65532\n *16384\n$/);
});

test('each kind of backup is taken', async () => {
  await finished('CronJob/tidemark-orders-base-backup');
  await insert(2);
  await finished('CronJob/tidemark-orders-incremental-backup');
  await finished('CronJob/tidemark-orders-logical-backup');
  await finished('CronJob/tidemark-orders-pre-deploy');
  await finished('Job/tidemark-orders-pre-deploy');
  const dumps = ['logical', 'logical pre-deploy', 'logical pre-deploy'];
  expect(await backups()).toEqual(['full', 'incremental', ...dumps]);
});

test('the streamer stores the tail before it ends', async () => {
  await insert(3);
  // What it has not been sent it cannot store: that waits in its slot for the next one.
  const sent = async () => {
    const [row] = await postgres.sql(
      'SELECT sent_lsn >= pg_current_wal_flush_lsn() AS all FROM pg_stat_replication',
    );
    return row?.all === true;
  };
  await until('the row to be sent', sent, 60_000);
  // Far longer than what has been sent is on its way.
  expect(await streamer.probe('liveness')).toMatchObject({ code: EXIT.ok });
  expect(await streamer.terminate()).toMatchObject({ code: EXIT.interrupted, outOfMemory: false });
});

test('what is due is verified', async () => {
  await finished('CronJob/tidemark-orders-verification');
});

test('the newest state comes back in an empty volume', async () => {
  await finished('CronJob/tidemark-orders-restore-latest');
  const dataDir = join(await cluster.node.claim('orders-restored'), 'data');
  const { password } = postgres.address;
  const restored = await startPostgres({ version: 17, existing: { dataDir, password } });
  try {
    const rows = await restored.sql('SELECT id FROM orders ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3]);
  } finally {
    await restored.dispose();
  }
});

test('the newest dump is loaded, and who writes to the server is down meanwhile', async () => {
  const labels = { app: 'api' };
  await cluster.objects.apply({
    ...{
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', namespace: NAMESPACE },
    },
    ...{
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'api', image: 'example/api' }] },
        },
      },
    },
  });
  await finished('CronJob/tidemark-orders-load-latest');
  const databases = await postgres.sql('SELECT datname FROM pg_database WHERE NOT datistemplate');
  const beside = expect.stringMatching(/^orders.+/);
  expect(databases.map(({ datname }) => datname).sort()).toEqual(['orders', beside, 'postgres']);
});

describe('a backup that something is wrong with', () => {
  const BACKUP = 'CronJob/tidemark-orders-base-backup';
  const containerSchema = z.looseObject({ name: z.string() });
  const specSchema = z.looseObject({
    containers: z.tuple([containerSchema]),
    volumes: z.array(z.looseObject({ name: z.string() })),
  });

  test('says so and is not tried again where its plan cannot be read', async () => {
    const name = 'broken';
    await cluster.objects.apply({
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE } },
      ...{ data: { 'plan.json': '{' } },
    });
    const pod = await cluster.run(BACKUP, (spec) => {
      const { volumes, ...rest } = specSchema.parse(spec);
      const others = volumes.filter((volume) => volume.name !== 'plan');
      return { ...rest, volumes: [...others, { name: 'plan', configMap: { name } }] };
    });
    const { code, stderr } = await pod.exit;
    expect(code).toBe(EXIT.input);
    expect(stderr).toContain('plan.json is not JSON');
  });

  test('commits nothing where the Secret is of yesterday, and does not tell it', async () => {
    await cluster.secret(NAMESPACE, 'orders-backup', {
      ...{ username: 'tidemark', password: 'an old one', 'ca.crt': postgres.address.ca ?? '' },
    });
    const before = await backups();
    const { code, stderr } = await (await cluster.run(BACKUP)).exit;
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain('password');
    expect(stderr).not.toContain('an old one');
    expect(await backups()).toEqual(before);
  });

  test('does not start where the Secret lacks a key', async () => {
    await cluster.api.call('DELETE', `/api/v1/namespaces/${NAMESPACE}/secrets/orders-backup`);
    await cluster.secret(NAMESPACE, 'orders-backup', { username: 'tidemark', 'ca.crt': '' });
    await expect(cluster.run(BACKUP)).rejects.toThrow('secrets/orders-backup has no key password');
  });

  test('is ended by the kernel where its memory is used up', async () => {
    await cluster.secret(NAMESPACE, 'orders-backup', {
      ...{ ...backup, 'ca.crt': postgres.address.ca ?? '' },
    });
    const memory = '24Mi';
    const pod = await cluster.run(BACKUP, (spec) => {
      const { containers, ...rest } = specSchema.parse(spec);
      const resources = { limits: { memory }, requests: { memory } };
      return { ...rest, containers: [{ ...containers[0], resources }] };
    });
    expect(await pod.exit).toMatchObject({ outOfMemory: true });
  });
});

test('every workload of the manifests was run', () => {
  expect([...cluster.ran].sort()).toEqual(cluster.workloads.toSorted());
});
