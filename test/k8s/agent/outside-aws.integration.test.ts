import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bundle } from '../../../k8s/agent/bundle.ts';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { full, postgresql } from '../../../lib/plan/language.ts';
import { definePlan } from '../../../lib/plan/schema.ts';
import { GcsFront } from '../../support/gcs-front.ts';
import { type GcsServer, startGcs } from '../../support/gcs-server.ts';
import { type KubeletNode, startNode } from '../../support/kubelet/node.ts';
import { type KubernetesApi, startKubernetesApi } from '../../support/kubernetes-api.ts';
import { KubernetesObjects } from '../../support/kubernetes-objects.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { folderObjects } from '../folder-objects.ts';
import type { KubernetesObject } from '../synthesised.ts';

/**
 * In an environment outside of AWS the pods get nothing but what the manifests and the Secrets say: no role, no region, no
 * bucket that a stack has made.
 */

jest.setTimeout(180_000);

const SECRETS = { writer: 'store-writer', restorer: 'store-reader', verifier: 'store-verifier' };

let folder: TempFolder;
let program: string;
let postgres: PostgresServer;
let s3: S3Server;
let gcs: GcsServer;
let front: GcsFront;
let api: KubernetesApi;
let objects: KubernetesObjects;
const nodes: KubeletNode[] = [];

beforeAll(async () => {
  folder = await tempFolder('outside-aws');
  [program, postgres, s3, gcs, api] = await Promise.all([
    bundle(folder.path),
    startPostgres({ version: 15 }),
    startS3({ tls: true }),
    startGcs(),
    startKubernetesApi(),
  ]);
  objects = new KubernetesObjects(api);
  front = await GcsFront.start(gcs);
  await postgres.sql(`CREATE ROLE tidemark LOGIN REPLICATION PASSWORD 'of the database'`);
  await postgres.sql('GRANT EXECUTE ON FUNCTION pg_switch_wal() TO tidemark');
  await postgres.sql('CREATE TABLE orders (id int PRIMARY KEY)');
  await postgres.sql('INSERT INTO orders VALUES (1), (2)');
  for (const name of ['backups', 'evidence']) {
    await s3.createBucket(name, { objectLock: true });
    await gcs.createBucket(name, { versioning: true });
  }
});

afterAll(async () => {
  for (const node of nodes) await node.stop();
  await front?.stop();
  await Promise.all([postgres?.dispose(), s3?.stop(), gcs?.stop(), api?.stop()]);
  await folder?.remove();
});

const templateSchema = z.looseObject({
  jobTemplate: z.looseObject({
    spec: z.looseObject({
      template: z.looseObject({
        metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
        spec: z.looseObject({}),
      }),
    }),
  }),
});

/** A cluster with the manifests of an environment, in a namespace of its own. */
async function clusterOf(namespace: string, store: object) {
  const { compiled, findings } = compile(
    definePlan({
      name: namespace,
      objectives: { rpo: '2d', rto: '1h' },
      kubernetes: { namespace, cluster: 'site', image: 'registry.example.com/tidemark' },
      environments: { production: { store: store as never } },
      verify: { exists: 'daily', size: 'weekly', checksums: 'weekly' },
      sources: {
        orders: postgresql({
          server: {
            ...{ service: '127.0.0.1', port: postgres.address.port, database: 'postgres' },
            ...{ credentials: 'orders-backup', version: '15', tls: 'disable' },
            ...{ uid: postgres.uid, gid: postgres.gid },
          },
          protect: [full({ at: '03:00', keep: '30d' })],
          restore: { volumeClaim: `${namespace}-restored` },
        }),
      },
    }),
    'production',
  );
  if (!compiled) throw new Error(JSON.stringify(findings));
  const manifests = folderObjects(compiled).get('') ?? [];
  const groups = await objects.groups();
  for (const object of manifests) {
    const [group = ''] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
    if (groups.has(group)) await objects.apply(object);
  }
  const metadata = (name: string) => ({ metadata: { namespace, name } });
  await objects.apply({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', ...metadata('kube-root-ca.crt') },
    ...{ data: { 'ca.crt': api.ca } },
  });
  const secret = (name: string, stringData: object) =>
    objects.apply({ apiVersion: 'v1', kind: 'Secret', ...metadata(name), ...{ stringData } });
  await secret('orders-backup', { username: 'tidemark', password: 'of the database' });
  const node = await startNode({ api, program });
  nodes.push(node);
  return { manifests, metadata, namespace, node, secret };
}

/** Runs the pod of a CronJob to its end. */
async function run(
  { manifests, namespace, node }: Awaited<ReturnType<typeof clusterOf>>,
  name: string,
): Promise<string> {
  const isOurs = ({ kind, metadata }: KubernetesObject) =>
    kind === 'CronJob' && metadata?.name === name;
  const { metadata, spec } = templateSchema.parse(manifests.find(isOurs)?.spec).jobTemplate.spec
    .template;
  const pod = await node.start({
    ...{ apiVersion: 'v1', kind: 'Pod', spec },
    metadata: { ...metadata, name: `${name}-1`, namespace },
  });
  const exit = await pod.exit;
  if (exit.code !== EXIT.ok) throw new Error(JSON.stringify(exit, null, 1));
  return exit.stdout + exit.stderr;
}

async function restoredRows(node: KubeletNode, claim: string): Promise<unknown[]> {
  const { password } = postgres.address;
  const dataDir = join(await node.claim(claim), 'data');
  const restored = await startPostgres({ version: 15, existing: { dataDir, password } });
  try {
    return await restored.sql('SELECT id FROM orders ORDER BY id');
  } finally {
    await restored.dispose();
  }
}

const ROWS = [{ id: 1 }, { id: 2 }];

test('with storage that speaks S3, behind a certificate of its own authority', async () => {
  const url = (bucket: string) =>
    `s3://${bucket}/site?region=${s3.region}&endpoint=${encodeURIComponent(s3.endpoint)}`;
  const cluster = await clusterOf('on-minio', {
    url: url('backups'),
    evidence: url('evidence'),
    credentials: SECRETS,
    ca: { configMap: 'store-ca' },
  });
  for (const name of Object.values(SECRETS)) await cluster.secret(name, s3.env);
  await objects.apply({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', ...cluster.metadata('store-ca') },
    ...{ data: { 'ca.crt': await readFile(s3.caFile ?? '', 'utf8') } },
  });
  const said = [
    await run(cluster, 'tidemark-orders-base-backup'),
    await run(cluster, 'tidemark-orders-verification'),
    // It fails where anything is missing, and where it has not been read again in time.
    await run(cluster, 'tidemark-orders-status'),
    await run(cluster, 'tidemark-orders-restore-latest'),
  ].join('');
  expect(said).not.toContain(s3.secretAccessKey);
  expect(await restoredRows(cluster.node, 'on-minio-restored')).toEqual(ROWS);
});

test('with Google Cloud Storage', async () => {
  const url = (bucket: string) => `gs://${bucket}?endpoint=${encodeURIComponent(front.endpoint)}`;
  const cluster = await clusterOf('on-google', { url: url('backups'), evidence: url('evidence') });
  await run(cluster, 'tidemark-orders-base-backup');
  await run(cluster, 'tidemark-orders-verification');
  await run(cluster, 'tidemark-orders-restore-latest');
  expect(await restoredRows(cluster.node, 'on-google-restored')).toEqual(ROWS);
  // What the verification found is in both, and the newest backup is held.
  const evidence = await gcs.objects('evidence');
  expect(evidence.map(({ name }) => name)).toContainEqual(expect.stringContaining('verify'));
  expect(front.seen.filter(({ method }) => method === 'PATCH')).not.toEqual([]);
});
