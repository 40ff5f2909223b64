import type { CompiledPlan } from '../plan/compiled.ts';
import { lockDays, objectLockDays } from '../plan/lock-days.ts';
import { MS_PER_DAY } from '../plan/values/duration.ts';
import { parseRetentionClass } from '../plan/values/retention.ts';
import type { ObjectLock, ObjectStore, PutOptions, WrittenObject } from '../stores/store.ts';
import { StoreView } from '../stores/view.ts';
import { CATALOG, DATA, WAL } from './keys.ts';

type Locking = Pick<CompiledPlan, 'lock' | 'classes' | 'sources'>;

/**
 * The same store, in which each object is locked for as long as the class in its key keeps it. Where the plan asks for no
 * lock it is the store itself.
 */
export function lockedWrites(store: ObjectStore, compiled: Locking, now: () => Date): ObjectStore {
  return compiled.lock === null ? store : new LockedWrites(store, compiled, now);
}

class LockedWrites extends StoreView {
  readonly #compiled: Locking;
  readonly #now: () => Date;

  constructor(store: ObjectStore, compiled: Locking, now: () => Date) {
    super(store);
    this.#compiled = compiled;
    this.#now = now;
  }

  override put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<WrittenObject> {
    const lock = lockOf(key, this.#compiled, this.#now());
    return super.put(key, body, lock ? { ...options, lock } : options);
  }
}

/** Undefined where the bucket's default lock is as long. */
function lockOf(key: string, compiled: Locking, now: Date): ObjectLock | undefined {
  const [first, className] = key.split('/');
  const part = ([CATALOG, DATA, WAL] as const).find((name) => name === first);
  if (compiled.lock === null || part === undefined || className === undefined) return undefined;
  const days = objectLockDays(compiled, part, parseRetentionClass(className));
  if (days <= lockDays(compiled)) return undefined;
  return { mode: compiled.lock, until: new Date(now.getTime() + days * MS_PER_DAY) };
}
