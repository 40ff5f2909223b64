import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { keepSeconds } from '../proof/series.ts';
import { isStored, REFERENCE, type ResolvedRow } from '../protections.ts';
import { CADENCE_SCHEDULES } from '../values/cadence.ts';
import { formatSeconds } from '../values/duration.ts';
import { longestGap } from '../values/schedule.ts';
import { daysText, keepPath } from './keeps.ts';

/** S3 Glacier Instant Retrieval bills an object for so many days, however early it expires. */
const COLD_MINIMUM_DAYS = 90;

/** Whether what is promised for a backup's later life is possible and sensible. */
export function checkLifecycle({ sources }: CheckedPlan): Finding[] {
  return sources.flatMap((source) =>
    source.rows
      .filter(isStored)
      .flatMap((row) => [
        ...coldTooShort(source, row),
        ...coldWithoutKeep(source, row),
        ...neverVerified(source, row),
      ]),
  );
}

function coldTooShort(source: CheckedSource, row: ResolvedRow): Finding[] {
  return row.tiers
    .filter(({ class: { cold, days } }) => cold && days !== null && days < COLD_MINIMUM_DAYS)
    .map(({ tier, class: { days } }) => ({
      code: 'TM301',
      severity: 'error',
      path: keepPath(source, row, tier),
      message: `${tier} backups are kept ${daysText(days)} in cold storage, which bills at least ${COLD_MINIMUM_DAYS} d`,
      value: row.row.keep,
      remedy: `take '${tier}' out of cold, or keep it at least ${COLD_MINIMUM_DAYS}d`,
    }));
}

function coldWithoutKeep(source: CheckedSource, { row, index, tiers }: ResolvedRow): Finding[] {
  const cold = 'cold' in row ? (row.cold ?? []) : [];
  return cold
    .filter((tier) => !tiers.some((kept) => kept.tier === tier))
    .map((tier) => ({
      code: 'TM302',
      severity: 'error',
      path: source.pathOf('protect', index, 'cold'),
      message: `${tier} backups shall move to cold storage, but the row keeps only ${tiers.map((kept) => kept.tier).join(', ')} ones`,
      value: cold,
      remedy: `add '${tier}' to keep, such as keep: { ${tier}: '1y' }, or take it out of cold`,
    }));
}

function neverVerified(source: CheckedSource, row: ResolvedRow): Finding[] {
  const cadence = source.config.verify.checksums;
  if (cadence === undefined) return [];
  const interval = longestGap(CADENCE_SCHEDULES[cadence], REFERENCE);
  return row.tiers
    .filter(({ class: { days } }) => keepSeconds(days) < interval)
    .map(({ tier, class: { days } }) => ({
      code: 'TM303',
      severity: 'warning',
      path: source.pathOf('verify', 'checksums'),
      message: `${tier ?? row.kind} data is kept ${daysText(days)} but verified only every ${formatSeconds(interval)}: some of it expires unverified`,
      value: cadence,
      remedy: `verify more often, or keep it at least ${formatSeconds(interval)}`,
    }));
}
