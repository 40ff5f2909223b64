import { REFERENCE } from '../protections.ts';
import { MS_PER_DAY } from '../values/duration.ts';
import { periodStart, type WeekStart } from '../values/period.ts';
import { TIERS, type Tier } from '../values/retention.ts';
import { runs, type Schedule, wallRuns } from '../values/schedule.ts';

/** Four years with a leap day: what does not happen within them costs next to nothing in a month. */
const DAYS = 4 * 365 + 1;
const END = new Date(REFERENCE.getTime() + DAYS * MS_PER_DAY);

/**
 * Backups that each tier takes in a day on average, as long as every run succeeds: each is written once, under the
 * longest tier whose period has none yet, else under the shortest.
 */
export function backupsPerDay(
  schedule: Schedule,
  tiers: readonly Tier[],
  weekStartsOn: WeekStart,
): Map<Tier, number> {
  const longestFirst = [...tiers].sort((a, b) => TIERS.indexOf(b) - TIERS.indexOf(a));
  const counts = new Map(longestFirst.map((tier) => [tier, 0]));
  const shortest = longestFirst.at(-1);
  const last = new Map<Tier, number>();
  for (const { wall } of wallRuns(schedule, REFERENCE, END)) {
    const periods = longestFirst.map(
      (tier) => [tier, periodStart(tier, wall, weekStartsOn)] as const,
    );
    const index = periods.findIndex(([tier, period]) => last.get(tier) !== period);
    const taken = longestFirst[index] ?? shortest;
    if (taken === undefined) return counts;
    counts.set(taken, (counts.get(taken) ?? 0) + 1);
    // It is the backup of the shorter tiers' periods as well.
    for (const [tier, period] of periods.slice(Math.max(index, 0))) last.set(tier, period);
  }
  return new Map([...counts].map(([tier, count]) => [tier, count / DAYS]));
}

/** Starts of a schedule in a day on average. */
export function runsPerDay(schedule: Schedule): number {
  let count = 0;
  for (const _ of runs(schedule, REFERENCE, END)) count++;
  return count / DAYS;
}
