import type { Audit } from '../../../audit/model.ts';
import { SECONDS_PER_DAY } from '../../../plan/values/duration.ts';
import { PERIOD_DAYS } from '../../../plan/values/period.ts';
import { TIERS, type Tier } from '../../../plan/values/retention.ts';

type Row = Audit['retention'][number];
type Objective = Audit['objectives'][number];

/** A row of the matrix as a line of the picture. Ages in seconds before now. */
export interface Lane {
  readonly row: Row;
  /** Between two recovery points; 0 = every moment. */
  readonly grainSeconds: number;
  /** The newest one is this old at the worst moment: just before the next backup is complete. */
  readonly fromSeconds: number;
  /** The oldest one; infinite where nothing ends. Not above `fromSeconds` where the row keeps nothing. */
  readonly toSeconds: number;
}

/** What can be restored of data of an age. */
export interface Step {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** The finest lane that reaches there; null = nothing does. */
  readonly lane: Lane | null;
}

/** The greatest number of seconds between two recovery points of a tier. */
export const periodSeconds = (tier: Tier): number => PERIOD_DAYS[tier] * SECONDS_PER_DAY;

/** The rows of one source, the finest first. */
export function lanes(rows: readonly Row[], objective: Objective | undefined): Lane[] {
  return rows
    .map((row) => lane(row, shortestTier(rows, row), objective))
    .sort((a, b) => a.grainSeconds - b.grainSeconds || b.toSeconds - a.toSeconds);
}

/** A backup that is not the first of any period is kept too: in the shortest tier that its row of the plan has. */
function shortestTier(rows: readonly Row[], { kind }: Row): Tier | undefined {
  return TIERS.find((tier) => rows.some((row) => row.kind === kind && row.tier === tier));
}

function lane(row: Row, shortest: Tier | undefined, objective: Objective | undefined): Lane {
  const keptSeconds = effectiveSeconds(row);
  if (row.schedule === null) {
    const window = objective?.windowSeconds ?? Number.POSITIVE_INFINITY;
    return {
      row,
      grainSeconds: 0,
      fromSeconds: objective?.worstLossSeconds ?? row.everySeconds,
      // Without an older base backup nothing can be continued, however long it is kept.
      toSeconds: Math.min(window, keptSeconds),
    };
  }
  const period = row.tier === null || row.tier === shortest ? 0 : periodSeconds(row.tier);
  const grainSeconds = Math.max(row.everySeconds, period);
  return {
    row,
    grainSeconds,
    fromSeconds: grainSeconds + row.deadlineSeconds,
    toSeconds: keptSeconds,
  };
}

/** As long as the files keep what the row writes, but no longer than was promised. */
function effectiveSeconds(row: Row): number {
  const written = row.notDerived === null && (row.kept || row.job !== null);
  if (!written || row.stored.length === 0) return 0;
  if (row.stored.some(({ place }) => place === null)) return 0;
  const days = [row.promisedDays, ...row.stored.map(({ visibleDays }) => visibleDays)];
  return Math.min(...days.map((d) => (d ?? Number.POSITIVE_INFINITY) * SECONDS_PER_DAY));
}

/** From now back: neighbouring ages with the same answer are one step, and the last one has no end. */
export function steps(all: readonly Lane[]): Step[] {
  const reaching = all.filter(({ fromSeconds, toSeconds }) => toSeconds > fromSeconds);
  const ends = reaching.flatMap(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds]);
  const bounds = [...new Set([0, ...ends, Number.POSITIVE_INFINITY])].sort((a, b) => a - b);
  const found: Step[] = [];
  for (const [i, fromSeconds] of bounds.slice(0, -1).entries()) {
    const toSeconds = bounds[i + 1] ?? Number.POSITIVE_INFINITY;
    const finest =
      reaching.find((l) => l.fromSeconds <= fromSeconds && l.toSeconds >= toSeconds) ?? null;
    const last = found.at(-1);
    if (last?.lane === finest) found[found.length - 1] = { ...last, toSeconds };
    else found.push({ fromSeconds, toSeconds, lane: finest });
  }
  return found;
}
