import type { Manifest } from '../../lib/catalog/manifest.ts';
import type { VerifyRun } from '../../lib/catalog/run-record.ts';
import { COLD_REVERIFY_DAYS } from '../../lib/plan/limits.ts';
import { parseRetentionClass } from '../../lib/plan/values/retention.ts';

const DAY_MS = 86_400_000;

/**
 * Which backups a scheduled verification reads, in this order: the newest first of those that were never verified, then
 * the longest not verified ones. Cold ones rest for a quarter, unless something was wrong with them.
 *
 * @param history verifications of the source, oldest first, of a quarter at least
 */
export function dueBackups(
  manifests: readonly Manifest[],
  history: readonly VerifyRun[],
  now: Date,
): Manifest[] {
  const last = new Map<string, { at: number; sound: boolean }>();
  for (const run of history) {
    for (const { id, problems } of run.backups) {
      last.set(id, { at: Date.parse(run.endedAt), sound: problems.length === 0 });
    }
  }
  const resting = ({ id, class: name }: Manifest): boolean => {
    const seen = last.get(id);
    const age = now.getTime() - (seen?.at ?? 0);
    return (
      parseRetentionClass(name).storage === 'cold' &&
      seen?.sound === true &&
      age < COLD_REVERIFY_DAYS * DAY_MS
    );
  };
  return manifests
    .filter((manifest) => !resting(manifest))
    .sort(
      (a, b) =>
        (last.get(a.id)?.at ?? 0) - (last.get(b.id)?.at ?? 0) ||
        (a.consistentAt < b.consistentAt ? 1 : -1),
    );
}
