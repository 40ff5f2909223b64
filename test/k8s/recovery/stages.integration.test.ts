import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { synthManifests } from '../../../k8s/synth.ts';
import { STAGES } from '../../../lib/plan/recovery.ts';
import { type KubernetesApi, startKubernetesApi } from '../../support/kubernetes-api.ts';
import { KUBECTL } from '../../support/kubernetes-api-install.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { clusterPlan } from '../charts/velero/cluster-source.ts';

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
type Built = z.infer<typeof objectSchema>;

const jobSchema = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({ metadata: z.looseObject({}), spec: z.looseObject({}) }),
  }),
});

let folder: TempFolder;
let api: KubernetesApi;
/** What a cluster is given of each stage, but for the kinds of Velero, which it does not know. */
const given = new Map<string, Built[]>();
beforeAll(async () => {
  folder = await tempFolder('recovery');
  [api] = await Promise.all([startKubernetesApi(), synthManifests(clusterPlan(), folder.path)]);
  for (const [index, stage] of STAGES.slice(0, -1).entries()) {
    const objects = await built(`${index}0-${stage}`);
    given.set(stage, objects);
    for (const object of objects) {
      if (!object.apiVersion.startsWith('velero.io/')) await create(object);
    }
  }
});
afterAll(async () => {
  await api?.stop();
  await folder?.remove();
});

/** What `kubectl apply -k` and Argo CD make of a stage. */
async function built(stage: string): Promise<Built[]> {
  const path = join(folder.path, 'recovery', stage);
  const { stdout } = await promisify(execFile)(KUBECTL, ['kustomize', path]);
  return parseAllDocuments(stdout).map((document) => objectSchema.parse(document.toJS()));
}

function create(object: Built): Promise<unknown> {
  const { apiVersion, kind, metadata } = object;
  const group = apiVersion.includes('/') ? 'apis' : 'api';
  const place = metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`;
  const plural = `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
  return api.call(
    'POST',
    `/${group}/${apiVersion}/${place}${plural}?fieldValidation=Strict`,
    object,
  );
}

test('every stage but the last is a kustomization, of which an API server takes what it knows', () => {
  for (const objects of given.values()) expect(objects.length).toBeGreaterThan(0);
  const kinds = (given.get('data') ?? []).map(({ kind }) => kind);
  expect(kinds).toEqual(
    expect.arrayContaining(['Namespace', 'ServiceAccount', 'ConfigMap', 'Restore', 'Job']),
  );
});

test('the pod of a job is admitted where the restricted standard is enforced', async () => {
  const job = given.get('data')?.find(({ kind }) => kind === 'Job');
  const { template } = jobSchema.parse(job).spec;
  await create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: 'recover', namespace: job?.metadata.namespace },
    spec: template.spec,
  });
});
