import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { LockError, LockHeldError } from './errors.ts';
import { type ClusterAccess, callApi, clusterAccess, ownNamespace } from './kubernetes-api.ts';
import { expectLease, isHeld, type Lease, micro } from './lease-object.ts';
import type { HeldLock } from './lock.ts';

/** A holder that has not renewed for this long is gone. */
const DURATION_SECONDS = 60;
const RENEW_EVERY_MS = 15_000;

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
    const at = new Date();
    try {
      lease = await renewed(access, `${path}/${name}`, lease, at);
      renewedAt = at.getTime();
    } catch (error) {
      const gone = Date.now() - renewedAt > timing.durationSeconds * 1000 - timing.renewEveryMs;
      if (!(error instanceof LockHeldError || gone)) return;
      clearInterval(timer);
      const reason = (error as Error).message;
      lost.abort(new LockError(`the Lease ${name} was lost: ${reason}`, { cause: error }));
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

/** @throws LockHeldError if the Lease is another's now */
async function renewed(
  access: ClusterAccess,
  path: string,
  lease: Lease,
  at: Date,
): Promise<Lease> {
  const { name } = lease.metadata;
  const mine = { ...lease, spec: { ...lease.spec, renewTime: micro(at) } };
  const answer = await callApi(access, 'PUT', path, mine);
  if (answer.status !== 409) return expectLease(answer, name);
  // Somebody took it, or only an answer to us was lost: the holder tells.
  const found = await callApi(access, 'GET', path);
  if (found.status === 404) throw new LockHeldError('somebody deleted it');
  const now = expectLease(found, name);
  if (now.spec?.holderIdentity !== lease.spec?.holderIdentity) {
    throw new LockHeldError(`another run took it: ${now.spec?.holderIdentity || 'nobody'} has it`);
  }
  return expectLease(await callApi(access, 'PUT', path, { ...now, spec: mine.spec }), name);
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
