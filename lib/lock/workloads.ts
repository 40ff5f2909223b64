import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { LockError } from './errors.ts';
import { type ApiAnswer, type ClusterAccess, callApi, clusterAccess } from './kubernetes-api.ts';

/** Who writes to a database, and must not while it is replaced. */
export interface Workloads {
  readonly namespace: string;
  /** As kubectl names them: `deployment/api`, `statefulset/worker`. */
  readonly names: readonly string[];
  /** A Lease in the pod's own namespace that nobody holds: it remembers how many replicas there were. */
  readonly memory: { readonly namespace: string; readonly name: string };
}

interface Scaling {
  readonly signal: AbortSignal;
  readonly tell: (message: string) => void;
}

const ANNOTATION = 'tidemark/replicas';

const POLL_MS = 1000;
const DEADLINE_MS = 10 * 60_000;

const scaleSchema = z.looseObject({
  spec: z.looseObject({ replicas: z.int().default(0) }),
  status: z.looseObject({ replicas: z.int().default(0) }),
});

const replicasSchema = z.record(z.string(), z.int());

const memorySchema = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).optional() }),
});

/** Name of the Lease; the manifests' access rules name the same. */
export const memoryName = (source: string): string => `tidemark-${source}-replicas`;

/**
 * Scales workloads to nothing, works, and scales them up again as they were, if the work succeeds. If it fails they stay
 * down, as nobody knows what they would find; the same again remembers what they were.
 * @throws LockError if this is not a pod, or may not do it; what `work` throws
 */
export async function withScaledDown<T>(
  workloads: Workloads,
  scaling: Scaling,
  work: () => Promise<T>,
  access: ClusterAccess | undefined = clusterAccess(process.env),
): Promise<T> {
  if (!access) {
    throw new LockError(
      'not in a cluster: KUBERNETES_SERVICE_HOST is not set; scale the workloads by hand, and leave --scale out',
    );
  }
  const before = await remember(access, workloads);
  const text = workloads.names.map((name) => `${name} (${before[name] ?? 0})`).join(', ');
  scaling.tell(`scaling down ${text} in ${workloads.namespace}`);
  try {
    for (const name of workloads.names) await scaleTo(access, workloads, name, 0);
    await untilGone(access, workloads, scaling.signal);
    const result = await work();
    scaling.tell(`scaling up ${text}`);
    for (const name of workloads.names) {
      await scaleTo(access, workloads, name, before[name] ?? 0);
    }
    await forget(access, workloads);
    return result;
  } catch (error) {
    scaling.tell(
      `still scaled down: ${text}; the same command goes on from here, and kubectl scale --namespace ${workloads.namespace} --replicas=… brings them back as they are`,
    );
    throw error;
  }
}

/** What they are now; of one that is down, what it was when an earlier run began. */
async function remember(
  access: ClusterAccess,
  workloads: Workloads,
): Promise<Readonly<Record<string, number>>> {
  const found = await readMemory(access, workloads);
  const replicas: Record<string, number> = {};
  for (const name of workloads.names) {
    const { spec } = await scaleOf(access, workloads, name);
    replicas[name] = spec.replicas > 0 ? spec.replicas : (found[name] ?? 0);
  }
  await writeMemory(access, workloads, JSON.stringify(replicas));
  return replicas;
}

const forget = (access: ClusterAccess, workloads: Workloads): Promise<void> =>
  writeMemory(access, workloads, null);

const leases = ({ namespace }: Workloads['memory']): string =>
  `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;

async function readMemory(
  access: ClusterAccess,
  { memory }: Workloads,
): Promise<Readonly<Record<string, number>>> {
  const answer = await callApi(access, 'GET', `${leases(memory)}/${memory.name}`);
  if (answer.status === 404) return {};
  const { metadata } = memorySchema.parse(expect(answer, `the Lease ${memory.name}`));
  const text = metadata.annotations?.[ANNOTATION];
  return text === undefined ? {} : replicasSchema.parse(JSON.parse(text));
}

async function writeMemory(
  access: ClusterAccess,
  { memory }: Workloads,
  value: string | null,
): Promise<void> {
  const path = leases(memory);
  const metadata = { name: memory.name, annotations: { [ANNOTATION]: value } };
  const patched = await callApi(access, 'PATCH', `${path}/${memory.name}`, { metadata });
  if (patched.status !== 404) {
    expect(patched, `the Lease ${memory.name}`);
    return;
  }
  if (value === null) return;
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata };
  expect(await callApi(access, 'POST', path, lease), `the Lease ${memory.name}`);
}

/** The scale of a workload, and nothing else of it: whoever may change that can not change what it runs. */
function scalePath({ namespace }: Workloads, workload: string): string {
  const [kind, name] = workload.split('/');
  return `/apis/apps/v1/namespaces/${namespace}/${kind}s/${name}/scale`;
}

async function scaleOf(access: ClusterAccess, workloads: Workloads, name: string) {
  const answer = await callApi(access, 'GET', scalePath(workloads, name));
  return scaleSchema.parse(expect(answer, `${name} in ${workloads.namespace}`));
}

async function scaleTo(
  access: ClusterAccess,
  workloads: Workloads,
  name: string,
  replicas: number,
): Promise<void> {
  const answer = await callApi(access, 'PATCH', scalePath(workloads, name), { spec: { replicas } });
  expect(answer, `${name} in ${workloads.namespace}`);
}

/** Pods that are ending still write. */
async function untilGone(
  access: ClusterAccess,
  workloads: Workloads,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (const name of workloads.names) {
    for (;;) {
      const { spec, status } = await scaleOf(access, workloads, name);
      if (spec.replicas > 0) {
        throw new LockError(
          `${name} was scaled up again by somebody else, such as an autoscaler or Argo CD; suspend that, then run the same again`,
        );
      }
      if (status.replicas === 0) break;
      if (Date.now() > deadline) {
        throw new LockError(`${name} still has ${status.replicas} pods after ten minutes`);
      }
      await delay(POLL_MS, undefined, { signal });
    }
  }
}

/** @throws LockError unless it is what was asked for */
function expect({ status, body }: ApiAnswer, what: string): unknown {
  if (status < 300) return body;
  const why =
    status === 401 || status === 403
      ? 'the service account may not use it; apply the Role of the manifests again'
      : status === 404
        ? 'there is none'
        : 'the Kubernetes API refused';
  throw new LockError(`${what}: ${why} (HTTP ${status})`);
}
