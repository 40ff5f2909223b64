import { LockUnsupportedError, ObjectNotFoundError } from '../stores/errors.ts';
import { seeingHidden } from '../stores/hidden.ts';
import type { Holds, ObjectStore } from '../stores/store.ts';
import { chainOf, dataObjects, isWhole, manifestKeyOf } from './backup-objects.ts';
import type { Manifest } from './manifest.ts';
import { scanBackups } from './reader.ts';
import { replaces } from './recovery-family.ts';
import type { VerifyRun } from './run-record.ts';
import { forEach } from './small-objects.ts';
import { newestSound } from './sound-chain.ts';

/**
 * The newest verified backups of a source that together bring all of its data back are held: no lifecycle removes them, also
 * if backups stop for longer than they are kept. Mostly that is one, or one of each kind that is taken. A hold is placed on the manifest first and released from it last, so whatever is held of a backup, its manifest
 * is, and an interruption at any point is made good by the next verification.
 */

export interface HoldResult {
  /**
   * `superseded`: a newer verified backup is held, which keeps its hold. `unsupported`: a directory, in which nothing
   * expires, or a bucket without object lock.
   */
  readonly outcome: 'held' | 'superseded' | 'unsupported';
  /** Ids of what is held on behalf of this verification: backups, each followed by those that it builds on. */
  readonly held: readonly string[];
  /** Ids of backups whose hold has ended. */
  readonly released: readonly string[];
}

export interface MoveHoldOptions {
  /** Ids of backups in which damage was found: the hold does not rest on them, and they keep one that they have. */
  readonly damaged?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

const UNSUPPORTED: HoldResult = { outcome: 'unsupported', held: [], released: [] };

/**
 * Holds a verified backup with everything that it builds on, and only then releases older ones. Safe to repeat and to
 * interrupt: two backups may be held for a while, never none.
 * @param verified every byte of it was read and found to be as it was written
 * @throws ObjectNotFoundError if an object of it is gone, StoreAccessError without the right to hold; older holds stay
 */
export async function moveHold(
  store: ObjectStore,
  source: string,
  verified: Manifest,
  options: MoveHoldOptions = {},
): Promise<HoldResult> {
  if (!store.holds) return UNSUPPORTED;
  const { manifests } = await scanBackups(seeingHidden(store), source);
  return move(store.holds, manifests, verified, options);
}

/**
 * Moves the hold to the newest backups that a verification found sound and that do not replace each other, with everything
 * that they build on. Undefined if there is none among them, as then nothing changes.
 * @param found the verification, which is on record
 * @throws as `moveHold`
 */
export async function holdVerified(
  store: ObjectStore,
  found: Pick<VerifyRun, 'source' | 'backups' | 'endedAt'>,
  signal?: AbortSignal,
): Promise<HoldResult | undefined> {
  if (!store.holds) return UNSUPPORTED;
  const altered = found.backups.filter(({ problems }) => problems.length > 0);
  const damaged = new Set(altered.map(({ id }) => id));
  const { manifests } = await scanBackups(seeingHidden(store), found.source);
  const newest = await newestSound(store, found, manifests);
  const results: HoldResult[] = [];
  for (const verified of newest) {
    const options = { damaged, ...(signal && { signal }) };
    results.push(await move(store.holds, manifests, verified, options));
  }
  return summary(results);
}

function summary(results: readonly HoldResult[]): HoldResult | undefined {
  const [first] = results;
  if (!first) return undefined;
  const held = results.find(({ outcome }) => outcome === 'held');
  return {
    outcome: held ? 'held' : first.outcome,
    held: [...new Set(results.flatMap((result) => result.held))],
    released: results.flatMap(({ released }) => released),
  };
}

/** Ids of the backups that are held. @throws StoreAccessError without the right to look */
export async function heldBackups(
  { holds }: Pick<ObjectStore, 'holds'>,
  manifests: readonly Manifest[],
): Promise<Set<string>> {
  if (!holds) return new Set();
  const held = await forEach(manifests, (manifest) => holds.isHeld(manifestKeyOf(manifest)));
  return new Set(manifests.filter((_, index) => held[index]).map(({ id }) => id));
}

/** @param manifests of the source, hidden ones too, oldest first */
async function move(
  holds: Holds,
  manifests: readonly Manifest[],
  verified: Manifest,
  { damaged = new Set(), signal }: MoveHoldOptions,
): Promise<HoldResult> {
  const before = await heldBackups({ holds }, manifests);
  const place = manifests.findIndex(({ id }) => id === verified.id);
  const newer = (place < 0 ? [] : manifests.slice(place + 1)).filter((manifest) =>
    replaces(manifest, verified),
  );
  const leadsBack = (manifest: Manifest) => {
    const links = chainOf(manifest, manifests);
    return isWhole(links) && links.every(({ id }) => before.has(id) && !damaged.has(id));
  };
  if (newer.some(leadsBack)) return superseded([]);

  const chain = chainOf(verified, manifests);
  if (!isWhole(chain)) {
    throw new ObjectNotFoundError(
      `${verified.id} builds on ${chain.at(-1)?.parent}, of which there is no manifest; an older backup stays held`,
    );
  }
  try {
    for (const manifest of chain) await placeAll(holds, manifest, signal);
  } catch (error) {
    if (error instanceof LockUnsupportedError) return UNSUPPORTED;
    throw error;
  }
  const ids = chain.map(({ id }) => id);
  // Another verification, of a newer backup, has ended meanwhile and released this one as an older one.
  if (!(await holds.isHeld(manifestKeyOf(verified)))) {
    const still = await heldBackups({ holds }, chain);
    const given = chain.filter(({ id }) => !still.has(id));
    for (const manifest of given) await releaseAll(holds, manifest, signal);
    return superseded(given.map(({ id }) => id));
  }
  const older = manifests
    .slice(0, place < 0 ? undefined : place)
    .filter(({ id }) => before.has(id) && !ids.includes(id))
    .filter((manifest) => replaces(verified, manifest));
  for (const manifest of older) await releaseAll(holds, manifest, signal);
  return { outcome: 'held', held: ids, released: older.map(({ id }) => id) };
}

const superseded = (released: readonly string[]): HoldResult => ({
  outcome: 'superseded',
  held: [],
  released,
});

async function placeAll(holds: Holds, manifest: Manifest, signal?: AbortSignal): Promise<void> {
  await holds.place(manifestKeyOf(manifest));
  await forEach(dataObjects(manifest), (key) => {
    signal?.throwIfAborted();
    return holds.place(key);
  });
}

/**
 * Data twice: another verification, which takes this backup for the newest, may hold some of it until the manifest is
 * released. From then on it sees that, and releases what it holds.
 */
async function releaseAll(holds: Holds, manifest: Manifest, signal?: AbortSignal): Promise<void> {
  const releaseData = () =>
    forEach(dataObjects(manifest), (key) => {
      signal?.throwIfAborted();
      return holds.release(key);
    });
  await releaseData();
  await holds.release(manifestKeyOf(manifest));
  await releaseData();
}
