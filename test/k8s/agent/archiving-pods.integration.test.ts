import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { connectSql } from '../../../lib/engines/postgresql/connection.ts';
import { until } from '../../support/condition.ts';
import { freePort } from '../../support/free-port.ts';
import { serverAccount } from '../../support/postgres-install.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { archivingPostgresql } from './plans.ts';

/**
 * A server that archives WAL by itself: its StatefulSet, joined with the patch by a real API server, runs in an image that has
 * neither the program nor Node.js, and finds both where the patch has put them.
 */

jest.setTimeout(180_000);

const NAMESPACE = 'shop-backup';
const PASSWORD = 'of everything';
let port: number;
let s3: S3Server;
let cluster: TestCluster;

beforeAll(async () => {
  [s3, port] = await Promise.all([startS3(), freePort()]);
  await s3.createBucket('shop', { objectLock: true });
  const account = await serverAccount();
  cluster = await startCluster(archivingPostgresql({ port, ...account }), s3);
});

afterAll(async () => {
  await cluster?.stop();
  await s3?.stop();
});

/** PostgreSQL as a product runs it, which includes the settings that the patch brings. */
const postgres = ({ uid, gid }: { uid: number; gid: number }) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'postgres', namespace: NAMESPACE },
  spec: {
    serviceName: 'postgres',
    selector: { matchLabels: { app: 'postgres' } },
    template: {
      metadata: { labels: { app: 'postgres' } },
      spec: {
        securityContext: { runAsUser: uid, runAsGroup: gid, fsGroup: gid },
        containers: [
          {
            name: 'postgres',
            image: 'postgres:17',
            command: ['/bin/sh', '-c', START],
            resources: { limits: { memory: '1Gi' } },
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
        // A controller makes this of a template of claims.
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-postgres-0' } }],
      },
    },
  },
});

const START = `set -e
echo '${PASSWORD}' > /tmp/password
initdb -D /data/server -U postgres -A scram-sha-256 --pwfile /tmp/password --no-sync
echo "include '/opt/tidemark/archive.conf'" >> /data/server/postgresql.conf
exec postgres -D /data/server -p "$PORT" -k /tmp -c listen_addresses=127.0.0.1 -c fsync=off`;

const templateSchema = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({ metadata: z.looseObject({}), spec: z.looseObject({}) }),
  }),
});

async function sql(text: string): Promise<Record<string, unknown>[]> {
  const client = await connectSql({
    ...{ host: '127.0.0.1', port, database: 'postgres', tls: 'disable' },
    ...{ user: 'postgres', password: PASSWORD },
  });
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test('the server archives what is written', async () => {
  const manifest = postgres(await serverAccount());
  const [container] = manifest.spec.template.spec.containers;
  Object.assign(container ?? {}, { env: [{ name: 'PORT', value: String(port) }] });
  await cluster.objects.apply(manifest);
  const path = await cluster.objects.path(manifest);
  const [patch] = cluster.patches;
  const merged = await cluster.api.call('PATCH', `${path}?fieldValidation=Strict`, patch);
  const { template } = templateSchema.parse(merged).spec;
  const pod = await cluster.start({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: 'postgres-0', namespace: NAMESPACE },
    spec: template.spec,
  });
  const answers = () =>
    sql('SELECT 1').then(
      () => true,
      () => false,
    );
  await until('PostgreSQL', answers, 60_000).catch((cause) => {
    throw new Error(pod.containers.get('postgres')?.output.stderr, { cause });
  });
  await sql('CREATE TABLE orders (id int PRIMARY KEY)');
  await sql('SELECT pg_switch_wal()');
  const archived = async () => {
    const [row] = await sql('SELECT archived_count, failed_count FROM pg_stat_archiver');
    if (Number(row?.failed_count) > 0) {
      throw new Error(pod.containers.get('postgres')?.output.stderr);
    }
    return Number(row?.archived_count) > 0;
  };
  await until('the archived segment', archived, 60_000);
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: 'shop' }));
  expect(Contents.map(({ Key }) => Key)).toContainEqual(
    expect.stringMatching(/^wal\/.*0{7}1\.zst$/),
  );
  expect(cluster.identities).toEqual(new Set(['tidemark-orders-backup']));
});
