import type { CheckedPlan, CheckedSource } from '../compile.ts';
import { compared, keepingOf, sumOf, UNVERIFIED } from '../costs/compare.ts';
import { formatDollars } from '../costs/dollars.ts';
import { isStorageClass } from '../costs/prices.ts';
import { volumeOf } from '../costs/volume.ts';
import type { Finding } from '../findings.ts';
import { jobDays, moveOf, NONCURRENT_DAYS } from '../promised-days.ts';
import { isStored, type ResolvedRow } from '../protections.ts';
import { CADENCE_SCHEDULES } from '../values/cadence.ts';
import { sourceBytes } from '../values/size.ts';
import { keepPath } from './keeps.ts';

/** Code of the finding: an audit knows by it what an exemption has accepted. */
export const COSTS_MORE = 'TM870';

/** Whether moving data into a cheaper storage class saves anything, where the plan says how much there is. */
export function checkCosts(plan: CheckedPlan): Finding[] {
  // The prices are those of AWS.
  if (plan.settings.store) return [];
  const jobs = jobDays(plan.sources.flatMap(({ rows }) => rows));
  return plan.sources.flatMap((source) =>
    source.rows.filter(isStored).flatMap((row) => costsMore(plan, source, row, jobs)),
  );
}

function costsMore(
  { plan: { weekStartsOn } }: CheckedPlan,
  source: CheckedSource,
  row: ResolvedRow,
  jobs: number,
): Finding[] {
  const { size, verify } = source.config;
  if (!size) return [];
  const checksums = verify.checksums ? CADENCE_SCHEDULES[verify.checksums] : null;
  const tiers = row.tiers.flatMap(({ tier }) => tier ?? []);
  return row.tiers.flatMap(({ tier, class: { days, ...of } }): Finding[] => {
    const move = moveOf(of);
    if (tier === null || days === null || !move || !isStorageClass(move.storageClass)) return [];
    const shape = { kind: row.kind, schedule: row.schedule, tiers, tier, flushSeconds: null };
    const volume = volumeOf({ ...shape, weekStartsOn }, sourceBytes(size));
    const life = { ...keepingOf(checksums), days: days + jobs + NONCURRENT_DAYS };
    const copy = { ...life, verifiedEvery: UNVERIFIED };
    const { storageClass } = move;
    const { usd, inStandardUsd } = sumOf(
      [life, copy].map((one) => compared(volume, one, storageClass)),
    );
    if (usd <= inStandardUsd) return [];
    return [
      {
        code: COSTS_MORE,
        severity: 'warning',
        path: keepPath(source, row, tier),
        message: `${tier} backups of ${source.name} of ${size.full} each cost ${formatDollars(usd)} a month in ${move.storageClass}, and ${formatDollars(inStandardUsd)} if they stayed in Standard`,
        value: row.row.keep,
        remedy: `take '${tier}' out of ${of.storage}, or keep it longer`,
      },
    ];
  });
}
