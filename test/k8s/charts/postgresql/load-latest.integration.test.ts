import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { restoreServiceAccount } from '../../../../lib/access/service-accounts.ts';
import { type ClusterAccess, callApi } from '../../../../lib/lock/kubernetes-api.ts';
import { memoryName, withScaledDown } from '../../../../lib/lock/workloads.ts';
import { type KubernetesApi, startKubernetesApi } from '../../../support/kubernetes-api.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { compiledPlan, compiledSource } from '../../compiled-plan.ts';
import { synthesised } from '../../synthesised.ts';

const OWN = 'shop-backup';
/** Of the database's server, and of the application. */
const NAMESPACE = 'shop';
const { settings, name: source } = compiledSource();
const scale = ['deployment/api', 'statefulset/worker'];
const load = { credentials: 'orders-owner', scratch: '20GiB' as const, scale };
const plan = compiledPlan({ sources: [compiledSource({ settings: { ...settings, load } })] });

let api: KubernetesApi;
let folder: TempFolder;
let access: ClusterAccess;
const told: string[] = [];

beforeAll(async () => {
  const [started, objects] = await Promise.all([startKubernetesApi(), synthesised(plan)]);
  api = started;
  folder = await tempFolder('scale');
  await api.call('POST', '/api/v1/namespaces', {
    ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
  });
  for (const { apiVersion, kind, ...object } of objects) {
    const group = apiVersion.includes('/') ? 'apis' : 'api';
    const namespace = object.metadata?.namespace;
    const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
    const kinds = `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
    await api.call('POST', `/${group}/${apiVersion}/${place}${kinds}?fieldValidation=Strict`, {
      ...{ apiVersion, kind, ...object },
    });
  }
  await create('deployments', 'Deployment', 'api', 3);
  await create('statefulsets', 'StatefulSet', 'worker', 2);
  await create('deployments', 'Deployment', 'other', 1);
  const account = restoreServiceAccount(source);
  await mkdir(join(folder.path, 'account'));
  const mounted = (name: string) => join(folder.path, 'account', name);
  await writeFile(mounted('token'), await api.token(OWN, account));
  await writeFile(mounted('ca.crt'), api.ca);
  await writeFile(mounted('namespace'), OWN);
  access = { host: api.host, port: api.port, folder: join(folder.path, 'account') };
});
afterAll(async () => {
  await api?.stop();
  await folder?.remove();
});

const path = (kinds: string, name: string) =>
  `/apis/apps/v1/namespaces/${NAMESPACE}/${kinds}/${name}`;

async function create(kinds: string, kind: string, name: string, replicas: number): Promise<void> {
  const labels = { app: name };
  await api.call('POST', path(kinds, ''), {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image: 'example/app' }] },
      },
    },
  });
}

const replicasSchema = z.looseObject({ spec: z.looseObject({ replicas: z.int() }) });

const replicas = async () =>
  Promise.all(
    [path('deployments', 'api'), path('statefulsets', 'worker')].map(
      async (of) => replicasSchema.parse(await api.call('GET', of)).spec.replicas,
    ),
  );

const scaled = <T>(work: () => Promise<T>, names = scale) =>
  withScaledDown(
    { namespace: NAMESPACE, names, memory: { namespace: OWN, name: memoryName(source) } },
    { signal: new AbortController().signal, tell: (message) => told.push(message) },
    work,
    access,
  );

describe('with the rights of the restore account', () => {
  test('workloads are down while something works, and up again as they were', async () => {
    expect(await scaled(replicas)).toEqual([0, 0]);
    expect(await replicas()).toEqual([3, 2]);
    expect(told).toEqual([
      'scaling down deployment/api (3), statefulset/worker (2) in shop',
      'scaling up deployment/api (3), statefulset/worker (2)',
    ]);
  });

  test('after a failure they stay down, and the next success brings them back', async () => {
    const failing = scaled(async () => {
      throw new Error('no room');
    });
    await expect(failing).rejects.toThrow('no room');
    expect(await replicas()).toEqual([0, 0]);
    expect(told.at(-1)).toMatch(/^still scaled down: deployment\/api \(3\), statefulset\/worker/);
    await scaled(async () => undefined);
    expect(await replicas()).toEqual([3, 2]);
  });

  test('nothing else can be scaled, and nothing else of them changed', async () => {
    await expect(scaled(replicas, ['deployment/other'])).rejects.toThrow(
      /deployment\/other in shop: the service account may not use it/,
    );
    const answer = await callApi(access, 'PATCH', path('deployments', 'api'), {
      metadata: { annotations: { changed: 'yes' } },
    });
    expect(answer.status).toBe(403);
  });
});

test('the job has the credentials of the owner, room for the archive, and asks for the plan’s database', async () => {
  const job = await api.call(
    'GET',
    `/apis/batch/v1/namespaces/${OWN}/cronjobs/tidemark-orders-load-latest`,
  );
  expect(job).toMatchObject({
    spec: {
      suspend: true,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          template: {
            spec: {
              serviceAccountName: restoreServiceAccount(source),
              automountServiceAccountToken: true,
              securityContext: { fsGroup: 65_532, runAsNonRoot: true },
              containers: [
                {
                  args: expect.arrayContaining(
                    // biome-ignore format: one option and its value each
                    ['load', '--replace', '--confirm', 'orders', '--scratch', '/scratch', '--scale'],
                  ),
                  env: expect.arrayContaining([
                    expect.objectContaining({
                      name: 'PGUSER',
                      valueFrom: { secretKeyRef: { name: 'orders-owner', key: 'username' } },
                    }),
                  ]),
                },
              ],
              volumes: expect.arrayContaining([
                expect.objectContaining({
                  ephemeral: expect.objectContaining({
                    volumeClaimTemplate: expect.objectContaining({
                      spec: expect.objectContaining({
                        resources: { requests: { storage: '20Gi' } },
                      }),
                    }),
                  }),
                }),
              ]),
            },
          },
        },
      },
    },
  });
});
