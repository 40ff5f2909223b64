import { StoreAccessError, type StoreError, StoreUnsupportedError } from '../stores/errors.ts';
import { seeingHidden } from '../stores/hidden.ts';
import type { ObjectStore } from '../stores/store.ts';
import { heldBackups } from './hold.ts';
import type { Manifest } from './manifest.ts';
import { type Backups, scanBackups } from './reader.ts';

/** A backup that can be restored as long as its objects are there. */
export interface RecoveryPoint {
  readonly manifest: Manifest;
  /** A delete marker hides its manifest: it has expired or was deleted, and is removed soon unless it is held or locked. */
  readonly hidden: boolean;
  /** Nothing removes it. Null where that cannot be looked at. */
  readonly held: boolean | null;
}

export interface RecoveryPoints {
  /** Oldest first. */
  readonly points: RecoveryPoint[];
  readonly unreadable: Backups['unreadable'];
}

/**
 * Every backup of a source that is still stored, with those that delete markers hide.
 * @param onDenied called with what could not be looked at, at most once for hidden ones and once for holds
 */
export async function recoveryPoints(
  store: ObjectStore,
  source: string,
  onDenied: (error: StoreError) => void,
): Promise<RecoveryPoints> {
  const { manifests, hidden, unreadable } = await scanBackups(
    seeingHidden(store, onDenied),
    source,
  );
  const held = await heldBackups(store, manifests).catch((error) => {
    if (!(error instanceof StoreAccessError || error instanceof StoreUnsupportedError)) throw error;
    onDenied(error);
    return undefined;
  });
  const points = manifests.map(
    (manifest): RecoveryPoint => ({
      manifest,
      hidden: hidden.has(manifest.id),
      held: held ? held.has(manifest.id) : null,
    }),
  );
  return { points, unreadable };
}
