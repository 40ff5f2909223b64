import { COLD_REVERIFY_DAYS } from '../plan/limits.ts';
import { MS_PER_DAY } from '../plan/values/duration.ts';
import { parseRetentionClass } from '../plan/values/retention.ts';
import type { ObjectStore } from '../stores/store.ts';
import { heldBackups } from './hold.ts';
import type { Manifest } from './manifest.ts';
import { type Backups, readRuns } from './reader.ts';
import type { VerifyRun } from './run-record.ts';

/** S3 computes digests of archived data within hours or days: until then it is not asked again. */
const ASK_AGAIN_DAYS = 7;

/**
 * What is there, and what is held though its time is over: it is all that is left where backups have stopped.
 * @param scanned all of a source, those that delete markers hide too
 */
export async function existingBackups(
  store: ObjectStore,
  { manifests, hidden }: Pick<Backups, 'manifests' | 'hidden'>,
): Promise<Manifest[]> {
  const held = await heldBackups(
    store,
    manifests.filter(({ id }) => hidden.has(id)),
  );
  return manifests.filter(({ id }) => !hidden.has(id) || held.has(id));
}

/** Verifications of a source, oldest first, as far back as `dueBackups` looks. */
export function verificationHistory(
  store: ObjectStore,
  source: string,
  now: Date,
): Promise<VerifyRun[]> {
  const from = new Date(now.getTime() - COLD_REVERIFY_DAYS * MS_PER_DAY);
  return readRuns(store, source, { from, to: now, action: 'verify' });
}

/**
 * Which backups a scheduled verification reads, in this order: the newest first of those that were never verified, then
 * the longest not verified ones. Cold and archived ones rest for a quarter, unless something was wrong with them, and
 * archived ones while S3 works on them.
 *
 * @param history verifications of the source, oldest first, of a quarter at least
 */
export function dueBackups(
  manifests: readonly Manifest[],
  history: readonly VerifyRun[],
  now: Date,
): Manifest[] {
  const last = new Map<string, { at: number; sound: boolean }>();
  const asked = new Map<string, number>();
  for (const run of history) {
    const at = Date.parse(run.endedAt);
    for (const { id, problems } of run.backups) last.set(id, { at, sound: problems.length === 0 });
    for (const { id } of run.skipped ?? []) asked.set(id, at);
  }
  const within = (days: number, at = 0): boolean => now.getTime() - at < days * MS_PER_DAY;
  const resting = ({ id, class: name }: Manifest): boolean => {
    if (parseRetentionClass(name).storage === 'standard') return false;
    const seen = last.get(id);
    // A verification without it would be one of a sound source, and end the alarm.
    if (seen?.sound === false) return false;
    return within(COLD_REVERIFY_DAYS, seen?.at) || within(ASK_AGAIN_DAYS, asked.get(id));
  };
  return manifests
    .filter((manifest) => !resting(manifest))
    .sort(
      (a, b) =>
        (last.get(a.id)?.at ?? 0) - (last.get(b.id)?.at ?? 0) ||
        (a.consistentAt < b.consistentAt ? 1 : -1),
    );
}
