import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { MOVED_AFTER_DAYS, THAW_SECONDS } from '../limits.ts';
import { isStored, type ResolvedRow } from '../protections.ts';
import { formatSeconds, SECONDS_PER_DAY } from '../values/duration.ts';
import { movedTiers } from './keeps.ts';

/** Whether what is archived may wait until it is thawed. */
export const checkArchive = ({ sources, settings: { store } }: CheckedPlan): Finding[] =>
  sources.flatMap((source) =>
    source.rows.filter(isStored).flatMap((row) => [
      ...coldAndArchived(source, row),
      // Elsewhere nothing has to be thawed.
      ...(store ? [] : thawTooSlow(source, row)),
    ]),
  );

function coldAndArchived(source: CheckedSource, { row, index }: ResolvedRow): Finding[] {
  const cold = movedTiers(row, 'cold');
  return movedTiers(row, 'archive')
    .filter((tier) => cold.includes(tier))
    .map((tier) => ({
      code: 'TM842',
      severity: 'error',
      path: source.pathOf('protect', index, 'archive'),
      message: `${tier} backups shall move to cold storage and to an archive, but the data of a backup lies in one place`,
      value: tier,
      remedy: `name '${tier}' in cold if it has to be read at once, else in archive`,
    }));
}

/** Nothing is read before it is thawed, whatever the size: a shorter objective cannot be met. */
function thawTooSlow(source: CheckedSource, row: ResolvedRow): Finding[] {
  const archived = row.tiers.flatMap(({ tier, class: { storage } }) =>
    storage === 'archive' && tier !== null ? [tier] : [],
  );
  const { rtoSeconds } = source.objectives;
  if (archived.length === 0 || rtoSeconds >= THAW_SECONDS.standard) return [];
  const newestSeconds = row.longestGapSeconds + row.deadlineSeconds;
  const newestToo = newestSeconds > MOVED_AFTER_DAYS * SECONDS_PER_DAY;
  const base = { path: source.pathOf('protect', row.index, 'archive'), value: archived };
  const [thaw, rto] = [formatSeconds(THAW_SECONDS.standard), formatSeconds(rtoSeconds)];
  return [
    newestToo
      ? {
          ...base,
          code: 'TM844',
          severity: 'error',
          message: `the newest ${row.kind} backup of ${source.name} can be ${formatSeconds(newestSeconds)} old and then lies in the archive, where thawing takes up to ${thaw}, longer than the objective of ${rto}`,
          remedy: `run the backup at least every ${MOVED_AFTER_DAYS}d, take ${archived.join(', ')} out of archive, or raise the objective to more than ${thaw}`,
        }
      : {
          ...base,
          code: 'TM843',
          severity: 'warning',
          message: `${archived.join(', ')} backups of ${source.name} that are older than ${MOVED_AFTER_DAYS} d take up to ${thaw} to thaw before a restore begins, longer than the objective of ${rto}`,
          remedy: `accept it with an exemption that says why old backups may take longer, write cold instead, or raise the objective to more than ${thaw}`,
        },
  ];
}
