import { join } from 'node:path';
import { z } from 'zod';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { until } from '../../support/condition.ts';
import { freePort } from '../../support/free-port.ts';
import type { RunningPod } from '../../support/kubelet/running-pod.ts';
import { RedisClient } from '../../support/redis-client.ts';
import { startRedis } from '../../support/redis-server.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { everythingOfRedis } from './plans.ts';

/**
 * Every pod that is derived for Redis runs as a cluster runs it. The server is one of them, too: its StatefulSet is joined with
 * the sidecar by a real API server, and the program ships the append-only file out of the server's volume.
 */

jest.setTimeout(180_000);

const NAMESPACE = 'shop-backup';
const ACCOUNT = { uid: 999, gid: 999 };
const PASSWORD = 'from the Secret';
let port: number;
let s3: S3Server;
let cluster: TestCluster;
let server: RunningPod;

beforeAll(async () => {
  [s3, port] = await Promise.all([startS3(), freePort()]);
  for (const name of ['shop', 'proof']) await s3.createBucket(name, { objectLock: true });
  cluster = await startCluster(everythingOfRedis({ port, ...ACCOUNT }), s3, { redis: '127.0.0.1' });
  await cluster.secret(NAMESPACE, 'cache', { password: PASSWORD });
});

afterAll(async () => {
  await cluster?.stop();
  await s3?.stop();
});

/** Redis as a product runs it, with its data in a claim. */
const redis = () => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'redis', namespace: NAMESPACE },
  spec: {
    serviceName: 'redis',
    selector: { matchLabels: { app: 'redis' } },
    template: {
      metadata: { labels: { app: 'redis' } },
      spec: {
        securityContext: {
          ...{ runAsUser: ACCOUNT.uid, runAsGroup: ACCOUNT.gid, fsGroup: ACCOUNT.gid },
        },
        containers: [
          {
            name: 'redis',
            image: 'redis:7',
            // biome-ignore format: one option and its value each
            command: ['redis-server', '--port', String(port), '--dir', '/data', '--appendonly', 'yes',
              '--requirepass', PASSWORD, '--repl-diskless-sync-delay', '0',
              '--aof-timestamp-enabled', 'yes', '--enable-module-command', 'no'],
            resources: { limits: { memory: '256Mi' } },
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
        // A controller makes this of a template of claims.
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-redis-0' } }],
      },
    },
  },
});

async function command(...words: string[]): Promise<unknown> {
  const client = await RedisClient.connect({ host: '127.0.0.1', port, password: PASSWORD });
  try {
    const [reply] = await client.pipeline([words]);
    return Buffer.isBuffer(reply) ? reply.toString() : reply;
  } finally {
    client.close();
  }
}

async function finished(workload: string): Promise<void> {
  const pod = await cluster.run(workload);
  const exit = await pod.exit;
  await pod.remove();
  // What it said is what helps.
  if (exit.code !== EXIT.ok || exit.outOfMemory) throw new Error(JSON.stringify(exit, null, 1));
}

const mergedSchema = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({ metadata: z.looseObject({}), spec: z.looseObject({}) }),
  }),
});

test('Redis starts with the sidecar in its pod', async () => {
  const [patch] = cluster.patches;
  await cluster.objects.apply(redis());
  const path = await cluster.objects.path(redis());
  const merged = await cluster.api.call('PATCH', `${path}?fieldValidation=Strict`, patch);
  const { template } = mergedSchema.parse(merged).spec;
  server = await cluster.start({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: 'redis-0', namespace: NAMESPACE },
    spec: template.spec,
  });
  await until(
    'Redis',
    () =>
      command('PING').then(
        (reply) => reply === 'PONG',
        () => false,
      ),
    60_000,
  );
  await command('SET', 'order', '1');
});

test('a snapshot is taken', () => finished('CronJob/tidemark-cache-snapshot'));

test('what was written since is shipped, and is what comes back', async () => {
  await command('SET', 'order', '2');
  // The sidecar ends after Redis, and stores what Redis has written last.
  const sidecar = server.containers.get('tidemark-aof');
  await server.terminate();
  await sidecar?.terminate();
  expect(await sidecar?.exit).toMatchObject({ code: EXIT.interrupted, outOfMemory: false });
  await finished('CronJob/tidemark-cache-restore-latest');
  const dataDir = join(await cluster.node.claim('cache-restored'), 'data');
  const restored = await startRedis({ existing: { dataDir }, appendonly: true, account: ACCOUNT });
  try {
    expect(await restored.command('GET', 'order')).toBe('2');
  } finally {
    await restored.dispose();
  }
});

test('what is due is verified', () => finished('CronJob/tidemark-cache-verification'));

test('every workload of the manifests was run', () => {
  expect([...cluster.ran].sort()).toEqual(cluster.workloads.toSorted());
});
