import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { keepSeconds } from '../proof/series.ts';
import type { ResolvedRow } from '../protections.ts';
import { retentionClass } from '../values/retention.ts';
import { roleOf } from '../values/rows.ts';
import { daysText } from './keeps.ts';

/** Where the environment's retention is kept by the longer tiers alone, which days can be restored depends on the age. */
export function checkThinning({ environment, sources }: CheckedPlan): Finding[] {
  return sources.flatMap((source) =>
    source.rows
      .filter(({ kind }) => roleOf(kind) === 'point')
      .flatMap((row) => thinsOut(environment, source, row)),
  );
}

function thinsOut(environment: string, source: CheckedSource, row: ResolvedRow): Finding[] {
  const { days } = retentionClass(source.keep);
  const [shortest, ...longer] = row.tiers;
  const kept = (tier: typeof shortest): number => keepSeconds(tier?.class.days ?? null);
  // Where not even the longest tier is kept so long, another finding says so.
  const reaches = longer.some((tier) => kept(tier) >= keepSeconds(days));
  if (kept(shortest) >= keepSeconds(days) || !reaches) return [];
  const tiers = row.tiers.map(({ tier, class: { days } }) => `${tier} for ${daysText(days)}`);
  return [
    {
      code: 'TM310',
      severity: 'info',
      path: source.pathOf('protect', row.index, 'keep'),
      message: `environment ${environment} keeps data ${daysText(days)}, and ${source.name} thins out before that: its ${row.kind} backups are kept ${tiers.join(', ')}`,
      value: row.row.keep,
      remedy: `nothing to do if that is meant; keep ${shortest?.tier} backups ${daysText(days)} to restore any of those days`,
    },
  ];
}
