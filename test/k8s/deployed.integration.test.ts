import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { synthManifests } from '../../k8s/synth.ts';
import { type KubernetesApi, startKubernetesApi } from '../support/kubernetes-api.ts';
import { KUBECTL } from '../support/kubernetes-api-install.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { compiledSource } from './compiled-plan.ts';
import { deployedPlan } from './deployed-plan.ts';
import { type KubernetesObject, named, type Pod, pods } from './synthesised.ts';

const NAMESPACE = 'shop-backup';
const run = promisify(execFile);
const plan = (() => {
  const base = deployedPlan({ sources: [compiledSource(), compiledSource({ name: 'events' })] });
  const { secrets: _secrets, ...kubernetes } = base.kubernetes;
  return {
    ...base,
    kubernetes: {
      ...kubernetes,
      standby: true,
      secrets: { kind: 'sealed-secrets' as const, folder: '../sealed' },
      clusters: [{ name: 'analytics', cluster: 'a', replicaCluster: 'b', sources: ['events'] }],
    },
  };
})();

let folder: TempFolder;
let api: KubernetesApi;
let objects: KubernetesObject[];

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** What Argo CD, Flux and `kubectl apply -k` make of a folder of the manifests. */
async function built(path: string): Promise<KubernetesObject[]> {
  const { stdout } = await run(KUBECTL, ['kustomize', join(folder.path, 'k8s', path)], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return parseAllDocuments(stdout).map((document) => objectSchema.parse(document.toJS()));
}

beforeAll(async () => {
  folder = await tempFolder('deployed');
  await mkdir(join(folder.path, 'sealed'));
  await writeFile(join(folder.path, 'sealed/kustomization.yaml'), 'resources: [database.yaml]\n');
  await writeFile(
    join(folder.path, 'sealed/database.yaml'),
    'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: orders-backup}\nspec: {}\n',
  );
  [api] = await Promise.all([startKubernetesApi(), synthManifests(plan, join(folder.path, 'k8s'))]);
  objects = await built('');
});
afterAll(async () => {
  await api?.stop();
  await folder?.remove();
});

function place({ apiVersion, kind, metadata }: KubernetesObject): string {
  const group = apiVersion.includes('/') ? 'apis' : 'api';
  const of = metadata?.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`;
  const plural = kind.toLowerCase().replace(/y$/, 'ie').replace(/ss$/, 'sse');
  return `/${group}/${apiVersion}/${of}${plural}s`;
}

/** Creates an object; a field that Kubernetes does not know is an error. */
const create = (object: KubernetesObject): Promise<unknown> =>
  api.call('POST', `${place(object)}?fieldValidation=Strict`, object);

const podOf = ({ owner, labels, spec }: Pod, name = owner): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: name.toLowerCase().replaceAll('/', '-'),
    namespace: NAMESPACE,
    labels: { ...labels },
  },
  spec: { ...spec },
});

const workloads = (of: readonly KubernetesObject[]) =>
  of
    .filter(({ kind }) => kind === 'CronJob' || kind === 'Deployment')
    .map(
      ({ kind, metadata, spec }) =>
        [
          `${kind}/${metadata?.name}`,
          z
            .looseObject({ suspend: z.boolean().optional(), replicas: z.number().optional() })
            .parse(spec),
        ] as const,
    );

const alarms = (of: readonly KubernetesObject[]): (string | undefined)[] =>
  of.filter(({ kind }) => kind === 'PrometheusRule').map(({ metadata }) => metadata?.name);

describe('what kustomize builds', () => {
  test('is every object once, with the sealed secrets from beside it', async () => {
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata?.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('SealedSecret/orders-backup');
    expect(names.join()).not.toContain('events');
  });

  test.each(['', 'clusters/analytics/'])('in %s is asleep in the replica region', async (path) => {
    const found = await built(`${path}replica`);
    const asleep = workloads(found);
    expect(asleep.length).toBeGreaterThan(2);
    expect(alarms(found)).toEqual([]);
    for (const [name, { suspend, replicas }] of asleep) {
      expect([name, suspend ?? replicas]).toEqual([name, name.startsWith('CronJob') ? true : 0]);
    }
  });

  test.each(['', 'clusters/analytics/'])('in %s is awake after a failover', async (path) => {
    const [here, there] = [await built(path), await built(`${path}failover`)];
    const state = (of: readonly KubernetesObject[]) =>
      workloads(of).map(([name, { suspend, replicas }]) => [name, suspend ?? false, replicas]);
    expect(state(there)).toEqual(state(here));
    expect(JSON.stringify(there)).toContain(
      's3://shop-production-backups-replica?region=eu-west-1',
    );
    expect(JSON.stringify(there)).not.toContain('s3://shop-production-backups?');
    expect(alarms(there)).toEqual(alarms(here));
  });
});

test('the region that was lost is put to sleep by one line in a kustomization', async () => {
  const kustomization = 'resources: [../k8s]\ncomponents: [../k8s/asleep]\n';
  await mkdir(join(folder.path, 'lost'));
  await writeFile(join(folder.path, 'lost/kustomization.yaml'), kustomization);
  const found = await built('../lost');
  const asleep = workloads(found);
  expect(alarms(objects)).toHaveLength(1);
  expect(alarms(found)).toEqual([]);
  expect(found).toHaveLength(objects.length - 1);
  expect(asleep.map(([name]) => name)).toEqual(workloads(objects).map(([name]) => name));
  for (const [name, { suspend, replicas }] of asleep) {
    expect([name, suspend ?? replicas]).toEqual([name, name.startsWith('CronJob') ? true : 0]);
  }
});

describe('a Kubernetes API server', () => {
  const own = ({ apiVersion }: KubernetesObject): boolean =>
    !/^(bitnami|monitoring\.coreos)\.com/.test(apiVersion);

  test('accepts every object that a plan can ask for', async () => {
    for (const object of objects.filter(own)) {
      await expect(create(object)).resolves.toMatchObject({ kind: object.kind });
    }
  });

  test('has room in the quota for every pod, and for the greatest once more, and no further', async () => {
    const quota = named(objects, 'ResourceQuota', 'tidemark');
    const { hard } = z.looseObject({ hard: z.record(z.string(), z.string()) }).parse(quota.spec);
    const used = Object.fromEntries(Object.keys(hard).map((key) => [key, '0']));
    const path = `${place(quota)}/tidemark`;
    // What a controller of the cluster computes, which does not run here.
    const current = z.looseObject({}).parse(await api.call('GET', path));
    await api.call('PUT', `${path}/status`, { ...current, status: { hard, used } });
    const all = pods(objects);
    for (const pod of all) await expect(create(podOf(pod))).resolves.toBeDefined();
    const memory = ({ spec }: Pod): number =>
      Number.parseInt(spec.containers[0]?.resources.requests.memory.replace('Gi', '024') ?? '', 10);
    const [greatest] = all.toSorted((a, b) => memory(b) - memory(a));
    if (!greatest) throw new Error('there are pods');
    await expect(create(podOf(greatest, 'by-hand'))).resolves.toBeDefined();
    await expect(create(podOf(greatest, 'too-many'))).rejects.toThrow(/403.*exceeded quota/);
  });

  test('gave the pods the priority of the class that the plan has', async () => {
    const [pod] = pods(objects);
    if (!pod) throw new Error('there are pods');
    const stored = await api.call(
      'GET',
      `/api/v1/namespaces/${NAMESPACE}/pods/${podOf(pod).metadata?.name}`,
    );
    expect(stored).toMatchObject({
      spec: {
        priority: 1000,
        preemptionPolicy: 'Never',
        nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      },
    });
  });
});
