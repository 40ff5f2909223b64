import { z } from 'zod';
import { bundle } from '../../../k8s/agent/bundle.ts';
import { roleName } from '../../../lib/access/role-names.ts';
import { SERVICE_ACCOUNTS } from '../../../lib/access/service-accounts.ts';
import { type CompiledPlan, derivedSources } from '../../../lib/plan/compiled.ts';
import { templates } from '../../lib/stacks/environment.ts';
import { roleStatements } from '../../lib/stacks/policy.ts';
import { type KubeletNode, type PodManifest, startNode } from '../../support/kubelet/node.ts';
import { type Session, startPodIdentity } from '../../support/kubelet/pod-identity.ts';
import type { RunningPod } from '../../support/kubelet/running-pod.ts';
import { type KubernetesApi, startKubernetesApi } from '../../support/kubernetes-api.ts';
import { KubernetesObjects } from '../../support/kubernetes-objects.ts';
import { roleSession } from '../../support/role-session.ts';
import type { S3Server } from '../../support/s3-server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { folderObjects } from '../folder-objects.ts';
import type { KubernetesObject } from '../synthesised.ts';

/** A cluster that was given all manifests of a plan, with one node, and the roles that the stacks would make. */
export interface TestCluster {
  readonly api: KubernetesApi;
  readonly objects: KubernetesObjects;
  readonly node: KubeletNode;
  /** Service accounts whose pods asked for credentials. */
  readonly identities: ReadonlySet<string>;
  /** A pod of a workload, as its controller makes it of the template; `change` is what a test breaks in it. */
  run(workload: string, change?: (spec: object) => object): Promise<RunningPod>;
  /** Any pod, as `kubectl apply` creates it. */
  start(pod: PodManifest): Promise<RunningPod>;
  secret(namespace: string, name: string, data: Readonly<Record<string, string>>): Promise<unknown>;
  stop(): Promise<void>;
}

const templateSchema = z.object({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({}),
});
const workloadSchema = z.union([
  z.object({ jobTemplate: z.object({ spec: z.object({ template: templateSchema }) }) }),
  z.object({ template: templateSchema }),
]);

/** @param s3 where the bucket of the plan is; its store in the manifests is left as it is, the SDK is told of the address */
export async function startCluster(compiled: CompiledPlan, s3: S3Server): Promise<TestCluster> {
  const folder = await tempFolder('cluster');
  const [api, manifests, program] = await Promise.all([
    startKubernetesApi(),
    folderObjects(compiled),
    bundle(folder.path),
  ]);
  const objects = new KubernetesObjects(api);
  const sessions = await roleSessions(compiled, s3);
  const identity = await startPodIdentity(api, (account) => sessions.get(account), {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
  });
  const node = await startNode({ api, program });
  const { namespace } = compiled.kubernetes;
  await applyAll(objects, manifests.get('') ?? [], namespace, api.ca);
  const all = [...manifests.values()].flat();
  let pods = 0;
  const start = (pod: PodManifest) => node.start(identity.webhook(pod));
  return {
    ...{ api, objects, node, start, identities: identity.given },
    run: async (workload, change = (spec) => spec) => {
      const [kind, name] = workload.split('/');
      const found = all.find((one) => one.kind === kind && one.metadata?.name === name);
      if (!found) throw new Error(`the manifests have no ${workload}`);
      const { metadata, spec } = templateOf(found);
      pods += 1;
      return start({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name: `${name}-${pods}`, namespace },
        spec: change(spec),
      });
    },
    secret: (at, name, stringData) =>
      objects.apply({
        ...{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: at, name } },
        ...{ stringData },
      }),
    stop: async () => {
      await node.stop();
      await Promise.all([identity.stop(), api.stop(), folder.remove()]);
    },
  };
}

function templateOf(manifest: KubernetesObject) {
  const { spec } = z.looseObject({ spec: workloadSchema }).parse(manifest);
  return 'template' in spec ? spec.template : spec.jobTemplate.spec.template;
}

/** Everything that the API server itself knows, in the order of the files. */
async function applyAll(
  objects: KubernetesObjects,
  manifests: readonly KubernetesObject[],
  namespace: string,
  ca: string,
): Promise<void> {
  const groups = await objects.groups();
  for (const object of manifests) {
    const group = object.apiVersion.includes('/') ? (object.apiVersion.split('/')[0] ?? '') : '';
    if (groups.has(group)) await objects.apply(object);
  }
  // A controller of Kubernetes puts it into every namespace.
  await objects.apply({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'kube-root-ca.crt' } },
    ...{ data: { 'ca.crt': ca } },
  });
}

/** What the role of each service account may do, enforced by the test's S3 server. */
async function roleSessions(compiled: CompiledPlan, s3: S3Server): Promise<Map<string, Session>> {
  const { primary } = templates(compiled);
  const sessions = new Map<string, Session>();
  for (const { name } of derivedSources(compiled)) {
    for (const use of ['writer', 'restorer', 'verifier'] as const) {
      const role = roleName(compiled, compiled.regions.primary, use, name);
      sessions.set(
        SERVICE_ACCOUNTS[use](name),
        await roleSession(s3, roleStatements(primary, role)),
      );
    }
  }
  return sessions;
}
