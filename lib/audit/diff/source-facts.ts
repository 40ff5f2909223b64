import { REFERENCE } from '../../plan/protections.ts';
import { parseRetentionClass, TIERS, type Tier } from '../../plan/values/retention.ts';
import { longestGap, type Schedule } from '../../plan/values/schedule.ts';
import type { Fact, Standing } from './facts.ts';

/** What a source promises, in the words that a compiled plan and an audit have in common. */
export interface SourcePromises {
  readonly source: string;
  readonly engine: string;
  readonly rpoSeconds: number;
  readonly rtoSeconds: number;
  readonly worstLossSeconds: number;
  /** Undefined where an older version did not work it out; null = there may be nothing to restore. */
  readonly lossAfterFailureSeconds?: number | null | undefined;
  /** 0 = recovery points only, null = for ever. */
  readonly windowSeconds: number | null;
  readonly rows: readonly RowPromises[];
  /** A schedule of null = whenever there is a new backup. */
  readonly checks: readonly { readonly check: string; readonly schedule: Schedule | null }[];
}

export interface RowPromises {
  readonly kind: string;
  readonly standing: Standing;
  readonly schedule: Schedule | null;
  readonly everySeconds: number;
  readonly deadlineSeconds: number;
  readonly tiers: readonly { readonly tier: Tier | null; readonly class: string }[];
}

/** How long each start of a schedule can be waited for, in seconds. */
export const gapOf = (schedule: Schedule): number => longestGap(schedule, REFERENCE);

export function sourceFacts(promises: SourcePromises): Fact[] {
  const { source, rows } = promises;
  const { windowSeconds } = promises;
  return [
    { about: 'source', source, engine: promises.engine },
    ...oldest(source, rows),
    ...(windowSeconds === 0 ? [] : [{ about: 'window', source, seconds: windowSeconds } as const]),
    { about: 'rpo', source, seconds: promises.rpoSeconds },
    { about: 'loss', source, seconds: promises.worstLossSeconds },
    ...(promises.lossAfterFailureSeconds === undefined
      ? []
      : [
          {
            about: 'loss-failing',
            source,
            seconds: promises.lossAfterFailureSeconds,
          } as const,
        ]),
    { about: 'rto', source, seconds: promises.rtoSeconds },
    ...rows.flatMap((row) => rowFacts(source, row)),
    ...promises.checks.map(
      ({ check, schedule }): Fact => ({
        about: 'check',
        source,
        check,
        schedule,
        gapSeconds: schedule === null ? 0 : gapOf(schedule),
      }),
    ),
  ];
}

function oldest(source: string, rows: readonly RowPromises[]): Fact[] {
  const classes = rows
    .filter(({ schedule, standing }) => schedule !== null && standing !== 'met')
    .flatMap(({ tiers }) => tiers.map((tier) => tier.class));
  if (classes.length === 0) return [];
  const longest = Math.max(...classes.map(lengthOf));
  return [
    {
      about: 'oldest',
      source,
      days: Number.isFinite(longest) ? longest : null,
      classes: classes.filter((name) => lengthOf(name) === longest),
    },
  ];
}

function rowFacts(source: string, row: RowPromises): Fact[] {
  const { kind, schedule, everySeconds, standing } = row;
  const of = { source, kind };
  const classes = row.tiers.map((tier) => tier.class);
  return [
    { about: 'row', ...of, standing, schedule, everySeconds, classes },
    { about: 'rhythm', ...of, schedule, everySeconds },
    ...(schedule === null
      ? []
      : [{ about: 'deadline', ...of, seconds: row.deadlineSeconds } as const]),
    ...keptFacts(of, row.tiers),
  ];
}

/**
 * A plan that keeps daily backups keeps one of each week as long, whether it names weekly ones or not: every tier is
 * compared by how long one of each of its periods is there.
 */
function keptFacts(of: { source: string; kind: string }, tiers: RowPromises['tiers']): Fact[] {
  const kept = (tier: Tier | null, name: string, own: string | undefined): Fact => ({
    about: 'kept',
    ...of,
    tier,
    days: parseRetentionClass(name).days,
    class: name,
    stated: own !== undefined,
    storage: own === undefined ? 'standard' : parseRetentionClass(own).storage,
  });
  const shortest = Math.min(...tiers.map(({ tier }) => (tier === null ? -1 : TIERS.indexOf(tier))));
  if (shortest < 0) return tiers.slice(0, 1).map((tier) => kept(null, tier.class, tier.class));
  return TIERS.slice(shortest).map((tier, index) => {
    const within = TIERS.slice(shortest, shortest + index + 1);
    const candidates = tiers.filter((other) => other.tier !== null && within.includes(other.tier));
    const own = candidates.find((other) => other.tier === tier);
    // Of classes of equal length, the tier's own is the one that its backups are in.
    const longest = [...(own ? [own] : []), ...candidates].reduce((a, b) =>
      lengthOf(b.class) > lengthOf(a.class) ? b : a,
    );
    return kept(tier, longest.class, own?.class);
  });
}

const lengthOf = (name: string): number =>
  parseRetentionClass(name).days ?? Number.POSITIVE_INFINITY;
