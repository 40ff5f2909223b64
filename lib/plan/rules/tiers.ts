import { retentionColumn } from '../../engines/registry.ts';
import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { keepSeconds } from '../proof/series.ts';
import type { ResolvedRow } from '../protections.ts';
import { retentionClass, TIERS } from '../values/retention.ts';
import { roleOf } from '../values/rows.ts';
import { daysText, keepPath } from './keeps.ts';

/** Whether the tiers of a schedule's backups agree with it and with each other. */
export function checkTiers(plan: CheckedPlan): Finding[] {
  return plan.sources.flatMap((source) =>
    source.rows
      .filter((row) => roleOf(row.kind) === 'point' && row.ownTier !== null)
      .flatMap((row) => [
        ...belowEnvironment(plan, source, row),
        ...tiersReversed(source, row),
        ...tierNeverUsed(source, row),
        ...tierMissing(source, row),
      ]),
  );
}

const COLUMN_TEXT = { database: 'databases', objects: 'objects', logs: 'logs' } as const;

/** An explicit `keep` goes before the environment's retention; that it falls short of it must be meant. */
function belowEnvironment(
  { environment }: CheckedPlan,
  source: CheckedSource,
  row: ResolvedRow,
): Finding[] {
  const column = retentionColumn(source.config);
  const expected = retentionClass(source.keep).days;
  const longest = row.tiers.at(-1)?.class.days ?? null;
  if (keepSeconds(longest) >= keepSeconds(expected)) return [];
  return [
    {
      code: 'TM309',
      severity: 'warning',
      path: source.pathOf('protect', row.index, 'keep'),
      message: `no ${row.kind} backup of ${source.name} is kept longer than ${daysText(longest)}, but environment ${environment} keeps ${COLUMN_TEXT[column]} ${daysText(expected)}`,
      value: row.row.keep,
      remedy: `override protect for this source in environments.${environment} with a longer tier, or set retention.${column} there`,
    },
  ];
}

/** A backup is written once, under the longest tier that it qualifies for: that tier must not promise less. */
function tiersReversed(source: CheckedSource, row: ResolvedRow): Finding[] {
  return row.tiers.flatMap((longer, index) => {
    const shorter = row.tiers[index - 1];
    if (!shorter || keepSeconds(shorter.class.days) <= keepSeconds(longer.class.days)) return [];
    return {
      code: 'TM304',
      severity: 'error' as const,
      path: keepPath(source, row, longer.tier),
      message: `${shorter.tier} backups are kept ${daysText(shorter.class.days)}, but the one that is also the ${longer.tier} backup only ${daysText(longer.class.days)}`,
      value: row.row.keep,
      remedy: `keep ${longer.tier} backups at least as long as ${shorter.tier} ones, or leave that tier out`,
    };
  });
}

function tierNeverUsed(source: CheckedSource, row: ResolvedRow): Finding[] {
  const { ownTier } = row;
  if (ownTier === null) return [];
  return row.tiers
    .filter(({ tier }) => tier !== null && TIERS.indexOf(tier) < TIERS.indexOf(ownTier))
    .map(({ tier }) => ({
      code: 'TM305',
      severity: 'warning',
      path: keepPath(source, row, tier),
      message: `no backup is ever kept as ${tier}: the schedule starts so rarely that each one is at least a ${ownTier} one`,
      value: row.row.keep,
      remedy: `take '${tier}' out of keep, or run the backup more often`,
    }));
}

function tierMissing(source: CheckedSource, row: ResolvedRow): Finding[] {
  const shortest = row.tiers[0]?.tier;
  const { ownTier } = row;
  if (!shortest || ownTier === null || TIERS.indexOf(shortest) <= TIERS.indexOf(ownTier)) return [];
  return [
    {
      code: 'TM306',
      severity: 'warning',
      path: source.pathOf('protect', row.index, 'keep'),
      message: `the schedule is ${ownTier}, but the shortest tier that is kept is ${shortest}: every backup between two ${shortest} ones is kept as long as those, ${daysText(row.tiers[0]?.class.days ?? null)}`,
      value: row.row.keep,
      remedy: `add a retention for ${ownTier} backups, such as keep: { ${ownTier}: '30d' }, or run the backup less often`,
    },
  ];
}
