import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { LockError, LockHeldError } from './errors.ts';
import {
  type ApiAnswer,
  type ClusterAccess,
  callApi,
  clusterAccess,
  ownNamespace,
} from './kubernetes-api.ts';
import type { HeldLock } from './lock.ts';

/** A holder that has not renewed for this long is gone. */
const DURATION_SECONDS = 60;
const RENEW_EVERY_MS = 15_000;

const leaseSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), resourceVersion: z.string().optional() }),
  spec: z
    .looseObject({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      acquireTime: z.string().nullish(),
      renewTime: z.string().nullish(),
    })
    .optional(),
});
type Lease = z.infer<typeof leaseSchema>;

/** Whether this process runs in a pod. */
export function inCluster(): boolean {
  return clusterAccess(process.env) !== undefined;
}

export interface LeaseTiming {
  readonly durationSeconds: number;
  readonly renewEveryMs: number;
}

/**
 * Takes a Lease (coordination.k8s.io/v1) in the pod's own namespace and renews it. The API server decides every
 * race by the object's resourceVersion. If it cannot be renewed before it runs out, or somebody else took it,
 * the signal fires.
 */
export async function acquireLease(
  name: string,
  access: ClusterAccess | undefined = clusterAccess(process.env),
  timing: LeaseTiming = { durationSeconds: DURATION_SECONDS, renewEveryMs: RENEW_EVERY_MS },
): Promise<HeldLock> {
  if (!access) throw new LockError('not in a cluster: KUBERNETES_SERVICE_HOST is not set');
  const path = `/apis/coordination.k8s.io/v1/namespaces/${await ownNamespace(access)}/leases`;
  const identity = `${hostname()}_${randomBytes(4).toString('hex')}`;
  let lease = await take(access, path, name, identity, timing);
  const lost = new AbortController();
  let renewedAt = Date.now();
  let renewing: Promise<void> = Promise.resolve();

  const renew = async () => {
    try {
      const answer = await callApi(access, 'PUT', `${path}/${name}`, renewed(lease, new Date()));
      if (answer.status === 409) throw new LockHeldError(`another run took the Lease ${name}`);
      lease = expectLease(answer, name);
      renewedAt = Date.now();
    } catch (error) {
      const gone = Date.now() - renewedAt > timing.durationSeconds * 1000 - timing.renewEveryMs;
      if (error instanceof LockHeldError || gone) {
        clearInterval(timer);
        lost.abort(
          new LockError(`the Lease ${name} was lost: ${(error as Error).message}`, {
            cause: error,
          }),
        );
      }
    }
  };
  const timer = setInterval(() => {
    renewing = renewing.then(renew);
  }, timing.renewEveryMs);
  timer.unref();

  return {
    signal: lost.signal,
    release: async () => {
      clearInterval(timer);
      await renewing;
      if (lost.signal.aborted) return;
      const free = {
        ...lease,
        spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1 },
      };
      // Without an answer it runs out by itself.
      await callApi(access, 'PUT', `${path}/${name}`, free).catch(() => {});
    },
  };
}

async function take(
  access: ClusterAccess,
  path: string,
  name: string,
  identity: string,
  timing: LeaseTiming,
): Promise<Lease> {
  const now = new Date();
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: timing.durationSeconds,
    acquireTime: micro(now),
    renewTime: micro(now),
  };
  const found = await callApi(access, 'GET', `${path}/${name}`);
  if (found.status === 404) {
    const created = await callApi(access, 'POST', path, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
      spec,
    });
    if (created.status === 409)
      throw new LockHeldError(
        `another run has just taken the Lease ${name}; wait until it has ended`,
      );
    return expectLease(created, name);
  }
  const lease = expectLease(found, name);
  if (isHeld(lease, now)) {
    throw new LockHeldError(
      `another run holds the Lease ${name} since ${lease.spec?.acquireTime} as ${lease.spec?.holderIdentity}; wait until it has ended, or end it`,
    );
  }
  const taken = await callApi(access, 'PUT', `${path}/${name}`, {
    ...lease,
    spec: { ...lease.spec, ...spec },
  });
  if (taken.status === 409)
    throw new LockHeldError(
      `another run has just taken the Lease ${name}; wait until it has ended`,
    );
  return expectLease(taken, name);
}

function isHeld({ spec }: Lease, now: Date): boolean {
  if (!spec?.holderIdentity || !spec.renewTime) return false;
  const until = Date.parse(spec.renewTime) + (spec.leaseDurationSeconds ?? DURATION_SECONDS) * 1000;
  return now.getTime() < until;
}

const renewed = (lease: Lease, now: Date): Lease => ({
  ...lease,
  spec: { ...lease.spec, renewTime: micro(now) },
});

/** Kubernetes' MicroTime wants six digits of a second. */
const micro = (at: Date): string => at.toISOString().replace('Z', '000Z');

function expectLease({ status, body }: ApiAnswer, name: string): Lease {
  if (status === 401 || status === 403) {
    throw new LockError(
      `the service account may not use the Lease ${name} (HTTP ${status}); apply the Role of the manifests again`,
    );
  }
  const parsed = leaseSchema.safeParse(body);
  if (status >= 300 || !parsed.success) {
    throw new LockError(`the Kubernetes API answered HTTP ${status} for the Lease ${name}`);
  }
  return parsed.data;
}
