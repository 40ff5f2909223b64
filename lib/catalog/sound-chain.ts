import type { ObjectStore } from '../stores/store.ts';
import { chainOf, isWhole } from './backup-objects.ts';
import type { Manifest } from './manifest.ts';
import { readRuns } from './reader.ts';
import { irreplaceable } from './recovery-family.ts';
import type { VerifyRun } from './run-record.ts';

type Found = Pick<VerifyRun, 'source' | 'backups' | 'endedAt'>;

/**
 * The newest backups that a verification found sound and that can be restored, without those that a newer one replaces:
 * everything that they build on is there, and was sound when it was last read, by this verification or an earlier one.
 * @param manifests of the source, oldest first. Returns the newest one first.
 */
export async function newestSound(
  store: ObjectStore,
  found: Found,
  manifests: readonly Manifest[],
): Promise<Manifest[]> {
  const now = soundness([found]);
  const chains = manifests
    .filter(({ id }) => now.get(id))
    .map((manifest) => chainOf(manifest, manifests))
    .filter(isWhole);
  const others = chains.flat().filter(({ id }) => !now.has(id));
  const before = await soundBefore(store, found, others);
  const isSound = ({ id }: Manifest): boolean => now.get(id) ?? before.get(id) ?? false;
  const sound = chains.filter((chain) => chain.every(isSound));
  return irreplaceable(sound.flatMap(([newest]) => (newest ? [newest] : [])));
}

/** What was last found about backups: no record of it is older than they are. */
async function soundBefore(
  store: ObjectStore,
  { source, endedAt }: Found,
  backups: readonly Manifest[],
): Promise<Map<string, boolean>> {
  if (backups.length === 0) return new Map();
  const from = new Date(Math.min(...backups.map(({ startedAt }) => Date.parse(startedAt))));
  const range = { from, to: new Date(endedAt), action: 'verify' } as const;
  return soundness(await readRuns(store, source, range));
}

/** @param runs oldest first: the last one that read a backup counts */
const soundness = (runs: readonly Pick<VerifyRun, 'backups'>[]): Map<string, boolean> =>
  new Map(
    runs.flatMap(({ backups }) =>
      backups.map(({ id, problems }) => [id, problems.length === 0] as const),
    ),
  );
