import { z } from 'zod';
import { bundle } from '../../../k8s/agent/bundle.ts';
import { type RoleUse, roleName } from '../../../lib/access/role-names.ts';
import {
  EXPORTER_SERVICE_ACCOUNT,
  SERVICE_ACCOUNTS,
} from '../../../lib/access/service-accounts.ts';
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
  /** Everything that pods are made of, such as `CronJob/tidemark-orders-base-backup`; and what was run of it. */
  readonly workloads: readonly string[];
  /** What is added to the pods of servers. */
  readonly patches: readonly KubernetesObject[];
  readonly ran: ReadonlySet<string>;
  /** Service accounts whose pods asked for credentials. */
  readonly identities: ReadonlySet<string>;
  /** A pod of a workload, as its controller makes it of the template; `change` is what a test breaks in it. */
  run(workload: string, change?: (spec: object) => object): Promise<RunningPod>;
  /** Any pod, as `kubectl apply` creates it. */
  start(pod: PodManifest): Promise<RunningPod>;
  secret(namespace: string, name: string, data: Readonly<Record<string, string>>): Promise<unknown>;
  stop(): Promise<void>;
}

/** Folder of what is added to pods of others. */
const SIDECARS = 'sidecars';
/** Folders whose pods are ours: what a cluster is given, and what deployments of applications take in. */
const RUN = ['', 'hooks'];

/** Kinds that have pods. */
const WORKLOADS = ['CronJob', 'Job', 'Deployment', 'StatefulSet', 'DaemonSet'];

const templateSchema = z.object({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({}),
});
const workloadSchema = z.union([
  z.object({ jobTemplate: z.object({ spec: z.object({ template: templateSchema }) }) }),
  z.object({ template: templateSchema }),
]);

/**
 * @param s3 where the bucket of the plan is; its store in the manifests is left as it is, the SDK is told of the address
 * @param hosts addresses of what the cluster's DNS would know
 */
export async function startCluster(
  compiled: CompiledPlan,
  s3: S3Server,
  hosts: Readonly<Record<string, string>> = {},
): Promise<TestCluster> {
  // What was started before something fails is ended.
  await using started = new AsyncDisposableStack();
  const folder = await tempFolder('cluster');
  started.defer(folder.remove);
  const program = await bundle(folder.path);
  const manifests = folderObjects(compiled);
  const api = await startKubernetesApi();
  started.defer(api.stop);
  const objects = new KubernetesObjects(api);
  const sessions = await roleSessions(compiled, s3);
  const identity = await startPodIdentity(api, (account) => sessions.get(account), {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
  });
  started.defer(identity.stop);
  const node = await startNode({ api, program, hosts });
  started.defer(node.stop);
  const { namespace } = compiled.kubernetes;
  await applyAll(objects, manifests.get('') ?? [], namespace, api.ca);
  const patches = manifests.get(SIDECARS) ?? [];
  const all = RUN.flatMap((path) => manifests.get(path) ?? []);
  const ran = new Set<string>();
  let pods = 0;
  const everything = started.move();
  const start = (pod: PodManifest) => node.start(identity.webhook(pod));
  return {
    ...{ api, objects, node, start, ran, patches, identities: identity.given },
    workloads: all.flatMap(({ kind, metadata }) =>
      WORKLOADS.includes(kind) ? [`${kind}/${metadata?.name}`] : [],
    ),
    run: async (workload, change = (spec) => spec) => {
      const [kind, name] = workload.split('/');
      const found = all.find((one) => one.kind === kind && one.metadata?.name === name);
      if (!found) throw new Error(`the manifests have no ${workload}`);
      const { metadata, spec } = templateOf(found);
      pods += 1;
      ran.add(workload);
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
    stop: () => everything.disposeAsync(),
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
  const give = async (account: string, use: RoleUse, source?: string): Promise<void> => {
    const role = roleName(compiled, compiled.regions.primary, use, source);
    sessions.set(account, await roleSession(s3, roleStatements(primary, role)));
  };
  for (const { name } of derivedSources(compiled)) {
    for (const use of ['writer', 'restorer', 'verifier'] as const) {
      await give(SERVICE_ACCOUNTS[use](name), use, name);
    }
  }
  if (compiled.monitoring) await give(EXPORTER_SERVICE_ACCOUNT, 'exporter');
  return sessions;
}
