import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObjectStore } from '../stores/store.ts';
import { acquireFileLock } from './file-lock.ts';
import { acquireLease, inCluster } from './lease.ts';

/** What excludes itself: two backups of one source, two that store its log (`wal`, of any engine); a backup and one of those may run together. */
export type Activity = 'backup' | 'wal';

/** As people say it: `another … is running`. */
const WORDS: Readonly<Record<Activity, (source: string) => string>> = {
  backup: (source) => `backup of ${source}`,
  wal: (source) => `run that stores the log of ${source}`,
};

export interface HeldLock {
  /** Fires if the lock is lost while it is held: the run must stop without committing. */
  readonly signal: AbortSignal;
  release(): Promise<void>;
}

export interface LockRequest {
  readonly store: ObjectStore;
  readonly plan: string;
  readonly environment: string;
  readonly source: string;
  readonly activity: Activity;
}

/**
 * One run per source and activity: a Lease in a cluster, a locked file elsewhere. Both end with their holder.
 * @throws LockHeldError if another run holds it, saying who and since when
 */
export async function acquireLock(request: LockRequest): Promise<HeldLock> {
  const { source, activity } = request;
  if (inCluster()) return acquireLease(leaseName(source, activity));
  return acquireFileLock(
    join(lockFolder(request.store), lockFileName(request)),
    WORDS[activity](source),
  );
}

/** Name of the Lease; the manifests' access rules name the same. */
export const leaseName = (source: string, activity: Activity): string =>
  `tidemark-${source}-${activity}`;

/** A directory store carries its locks with it, so that everybody who writes to it meets. */
function lockFolder(store: ObjectStore): string {
  // Not userInfo(): a container's user need not have an account.
  return store.url.startsWith('file:')
    ? join(fileURLToPath(store.url), '.locks')
    : join(tmpdir(), `tidemark-${process.getuid?.() ?? 'user'}`);
}

function lockFileName({ store, plan, environment, source, activity }: LockRequest): string {
  const name = `${source}.${activity}.lock`;
  return store.url.startsWith('file:') ? name : `${plan}.${environment}.${name}`;
}
