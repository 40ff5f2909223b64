import { chmod, chown } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { bundle } from '../../../k8s/agent/bundle.ts';
import { readBackups } from '../../../lib/catalog/reader.ts';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';
import { type Pod, pods, synthesised } from '../synthesised.ts';
import { type Cluster, type Container, probe, startContainer, volume } from './container.ts';
import { type PodIdentityAgent, startPodIdentityAgent } from './pod-identity.ts';

const BUCKET = 'shop-production-backups';
const HEALTHY_WITHIN_MS = 20_000;
const configMapSchema = z.looseObject({ data: z.record(z.string(), z.string()) });

let folder: TempFolder;
let postgres: PostgresServer;
let s3: S3Server;
let identity: PodIdentityAgent;
let cluster: Cluster;
let workloads: readonly Pod[];

beforeAll(async () => {
  folder = await tempFolder('workloads');
  await chmod(folder.path, 0o755);
  [postgres, s3] = await Promise.all([startPostgres({ version: 15, tls: true }), startS3()]);
  await s3.createBucket(BUCKET, { objectLock: true });
  await postgres.sql(`CREATE ROLE tidemark LOGIN REPLICATION PASSWORD 'from the Secret'`);
  await postgres.sql('GRANT EXECUTE ON FUNCTION pg_switch_wal() TO tidemark');
  await postgres.sql('CREATE TABLE orders (id int PRIMARY KEY)');

  const source = compiledSource();
  const compiled = compiledPlan({
    regions: { primary: s3.region, replica: 'eu-west-1' },
    sources: [
      compiledSource({
        settings: {
          ...source.settings,
          server: {
            ...source.settings.server,
            ...{
              service: postgres.address.host,
              port: postgres.address.port,
              database: 'postgres',
            },
            ...{ tls: 'verify-full', uid: postgres.uid, gid: postgres.gid },
          },
        },
      }),
    ],
  });
  const objects = await synthesised(compiled);
  workloads = pods(objects);
  const configMap = objects.find(({ kind }) => kind === 'ConfigMap');
  const token = await volume(folder.path, 'token', { token: 'of this pod' }, 0o555);
  identity = await startPodIdentityAgent(s3, join(token, 'token'), 'of this pod');
  const restored = await volume(folder.path, 'restore', {}, 0o755);
  if (process.getuid?.() === 0) await chown(restored, postgres.uid, postgres.gid);
  cluster = {
    mounts: {
      '/etc/tidemark': await volume(
        folder.path,
        'plan',
        configMapSchema.parse(configMap).data,
        0o555,
      ),
      '/etc/tidemark-ca': await volume(
        folder.path,
        'ca',
        { 'ca.crt': postgres.address.ca ?? '' },
        0o555,
      ),
      '/tmp': await volume(folder.path, 'scratch', {}, 0o1777),
      '/restore': restored,
    },
    secret: { username: 'tidemark', password: 'from the Secret' },
    identity: identity.env,
    storeEndpoint: `&endpoint=${encodeURIComponent(s3.endpoint)}`,
    program: await bundle(folder.path),
    workingDirectory: await volume(folder.path, 'root', {}, 0o555),
  };
}, 120_000);

afterAll(async () => {
  await Promise.all([postgres?.dispose(), s3?.stop(), identity?.stop()]);
  await folder?.remove();
});

function workload(component: string): Pod {
  const found = workloads.find(({ labels }) => labels['app.kubernetes.io/component'] === component);
  if (!found) throw new Error(`no workload is a ${component}`);
  return found;
}

const insert = (id: number) => postgres.sql('INSERT INTO orders VALUES ($1)', [id]);

async function untilReady(pod: Pod, container: Container): Promise<void> {
  const deadline = Date.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    const { code, stderr } = await probe(pod, cluster);
    if (code === 0) return;
    if (Date.now() > deadline || container.process.exitCode !== null) {
      container.process.kill('SIGKILL');
      throw new Error(`never ready: ${stderr}\n${(await container.exit).stderr}`);
    }
    await delay(200);
  }
}

describe('the workloads, run as a cluster runs them', () => {
  test('back up, stream and restore what was written', async () => {
    await insert(1);
    const streamer = startContainer(workload('wal-streamer'), cluster);
    try {
      await untilReady(workload('wal-streamer'), streamer);

      const backup = await startContainer(workload('base-backup'), cluster).exit;
      expect(backup).toMatchObject({ code: EXIT.ok });
      await insert(2);
    } finally {
      streamer.process.kill('SIGTERM');
    }
    // The tail, with the row that came after the backup, is stored before the streamer ends.
    expect(await streamer.exit).toMatchObject({ code: EXIT.interrupted });

    const store = await openStore(s3.url(BUCKET), { credentials: s3 });
    try {
      const [backup, ...others] = await readBackups(store, 'orders');
      expect(others).toEqual([]);
      expect(backup).toMatchObject({ plan: 'shop', environment: 'production', kind: 'full' });
    } finally {
      await store.close();
    }
    expect(identity.answered()).toBeGreaterThan(0);

    const restore = await startContainer(workload('restore'), cluster).exit;
    expect(restore).toMatchObject({ code: EXIT.ok });
    const dataDir = join(cluster.mounts['/restore'] ?? '', 'data');
    const { password } = postgres.address;
    const restored = await startPostgres({ version: 15, existing: { dataDir, password } });
    try {
      expect(await restored.sql('SELECT id FROM orders ORDER BY id')).toEqual([
        { id: 1 },
        { id: 2 },
      ]);
    } finally {
      await restored.dispose();
    }
  }, 180_000);

  test('say what is wrong and are not tried again when the configuration cannot be read', async () => {
    const broken = await volume(folder.path, 'broken', { 'plan.json': '{' }, 0o555);
    const mounts = { ...cluster.mounts, '/etc/tidemark': broken };
    const { code, stderr } = await startContainer(workload('base-backup'), { ...cluster, mounts })
      .exit;
    expect(code).toBe(EXIT.input);
    expect(stderr).toContain('plan.json is not JSON');
  });

  test('commit nothing when the Secret is wrong', async () => {
    const secret = { ...cluster.secret, password: 'an old one' };
    const failed = await startContainer(workload('base-backup'), { ...cluster, secret }).exit;
    expect(failed.code).toBe(EXIT.failed);
    expect(failed.stderr).toContain('password');
    expect(failed.stderr).not.toContain('an old one');
  });
});
