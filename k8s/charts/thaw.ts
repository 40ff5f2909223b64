import type { Protection } from '../../lib/plan/compiled.ts';
import { THAW_SECONDS, type ThawSpeed } from '../../lib/plan/limits.ts';
import { parseRetentionClass } from '../../lib/plan/values/retention.ts';

/** What a job needs besides where its backup may lie in an archive. */
interface ThawNeeds {
  readonly args: readonly string[];
  readonly seconds: number;
}

/**
 * Nobody goes on where a job has ended: where the backup may be archived, it waits for the thaw.
 * @param protections rows whose backups the job may read
 */
export const thaw = (
  protections: readonly Protection[],
  speed: ThawSpeed = 'standard',
): ThawNeeds =>
  protections.some(({ tiers }) => tiers.some((tier) => isArchived(tier.class)))
    ? { args: ['--wait-for-thaw'], seconds: THAW_SECONDS[speed] }
    : { args: [], seconds: 0 };

const isArchived = (name: string): boolean => parseRetentionClass(name).storage === 'archive';
