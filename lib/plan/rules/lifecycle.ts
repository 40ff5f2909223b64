import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import {
  ABORT_UPLOADS_DAYS,
  BILLED_DAYS,
  LIFECYCLE_RULES,
  LONGEST_KEEP_DAYS,
  MOVED_AFTER_DAYS,
} from '../limits.ts';
import { keepSeconds } from '../proof/series.ts';
import { isStored, REFERENCE, type ResolvedRow } from '../protections.ts';
import { CADENCE_SCHEDULES } from '../values/cadence.ts';
import { formatSeconds, SECONDS_PER_DAY } from '../values/duration.ts';
import { longestGap } from '../values/schedule.ts';
import { daysText, keepPath, type MovedTo, movedTiers } from './keeps.ts';

/** Manifests, data and WAL of a class expire each by its own prefix; runs, landing and housekeeping once. */
const RULES_OF_A_CLASS = 3;
const OTHER_RULES = 3;

const CODES = {
  cold: { tooShort: 'TM301', withoutKeep: 'TM302' },
  archive: { tooShort: 'TM840', withoutKeep: 'TM841' },
} as const;

const PLACES = { cold: 'cold storage', archive: 'an archive' } as const;

/** Whether what is promised for a backup's later life is possible and sensible. */
export function checkLifecycle({ sources }: CheckedPlan): Finding[] {
  const stored = sources.flatMap((source) =>
    source.rows.filter(isStored).map((row) => ({ source, row })),
  );
  return [
    ...stored.flatMap(({ source, row }) => [
      ...movedTooShort(source, row),
      ...movedWithoutKeep(source, row, 'cold'),
      ...movedWithoutKeep(source, row, 'archive'),
      ...neverVerified(source, row),
      ...keptTooLong(source, row),
      ...uploadAborted(source, row),
    ]),
    ...tooManyClasses(stored.flatMap(({ row }) => row.tiers.map((tier) => tier.class.name))),
  ];
}

/** What is gone earlier is billed for days on which it does not exist. */
function movedTooShort(source: CheckedSource, row: ResolvedRow): Finding[] {
  return row.tiers.flatMap(({ tier, class: { storage, days } }) => {
    if (storage === 'standard' || days === null) return [];
    const minimum = MOVED_AFTER_DAYS + BILLED_DAYS[storage];
    if (days >= minimum) return [];
    return {
      code: CODES[storage].tooShort,
      severity: 'error' as const,
      path: keepPath(source, row, tier),
      message: `${tier} backups are kept ${daysText(days)} in ${PLACES[storage]}, into which they move after ${MOVED_AFTER_DAYS} d and which bills ${BILLED_DAYS[storage]} d at least`,
      value: row.row.keep,
      remedy: `take '${tier}' out of ${storage}, or keep it at least ${minimum}d`,
    };
  });
}

function movedWithoutKeep(
  source: CheckedSource,
  { row, index, tiers }: ResolvedRow,
  storage: MovedTo,
): Finding[] {
  const moved = movedTiers(row, storage);
  return moved
    .filter((tier) => !tiers.some((kept) => kept.tier === tier))
    .map((tier) => ({
      code: CODES[storage].withoutKeep,
      severity: 'error',
      path: source.pathOf('protect', index, storage),
      message: `${tier} backups shall move to ${PLACES[storage]}, but the row keeps only ${tiers.map((kept) => kept.tier).join(', ')} ones`,
      value: moved,
      remedy: `add '${tier}' to keep, such as keep: { ${tier}: '1y' }, or take it out of ${storage}`,
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

const keptTooLong = (source: CheckedSource, row: ResolvedRow): Finding[] =>
  row.tiers
    .filter(({ class: { days } }) => days !== null && days > LONGEST_KEEP_DAYS)
    .map(({ tier, class: { days } }) => ({
      code: 'TM311',
      severity: 'error',
      path: keepPath(source, row, tier),
      message: `${tier ?? row.kind} backups are kept ${daysText(days)}, but a retention has ${LONGEST_KEEP_DAYS} d at most`,
      value: row.row.keep,
      remedy: "write 'forever'",
    }));

/** Buckets clear away what was begun and never ended. */
function uploadAborted(source: CheckedSource, row: ResolvedRow): Finding[] {
  if (row.deadlineSeconds <= ABORT_UPLOADS_DAYS * SECONDS_PER_DAY) return [];
  return [
    {
      code: 'TM312',
      severity: 'error',
      path: source.pathOf('protect', row.index, 'within'),
      message: `a ${row.kind} backup of ${source.name} may take ${formatSeconds(row.deadlineSeconds)}, but an upload that is not complete after ${ABORT_UPLOADS_DAYS} d is aborted by the bucket`,
      value: 'within' in row.row ? row.row.within : undefined,
      remedy: `allow at most ${ABORT_UPLOADS_DAYS}d`,
    },
  ];
}

function tooManyClasses(names: readonly string[]): Finding[] {
  const classes = new Set(names).size;
  const most = Math.floor((LIFECYCLE_RULES - OTHER_RULES) / RULES_OF_A_CLASS);
  if (classes <= most) return [];
  return [
    {
      code: 'TM313',
      severity: 'error',
      path: 'sources',
      message: `the plan has ${classes} different retentions, and the rules of a bucket's lifecycle are enough for ${most}`,
      remedy: 'let sources share retentions, or write a plan for some of them',
    },
  ];
}
