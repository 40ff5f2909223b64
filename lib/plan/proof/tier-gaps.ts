import { REFERENCE } from '../protections.ts';
import { daysOfRuns, patternOf } from '../values/days-of-runs.ts';
import { Memo } from '../values/memo.ts';
import { periodStart, type WeekStart } from '../values/period.ts';
import type { Tier } from '../values/retention.ts';
import { calendarCycleEnd, type Schedule } from '../values/schedule.ts';
import { UTC } from '../values/zone.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const CYCLE_END = calendarCycleEnd(REFERENCE);
/** A wall clock may be a day ahead of UTC or behind it. */
const FIRST_DAY = REFERENCE.getTime() / DAY - 2;

export interface TierGaps {
  /** The longest time in seconds between two backups that the tier takes: the first of each of its periods. */
  readonly longest: number;
  /** The same while any one backup fails, so that the next one after it is the period's first. */
  readonly afterFailure: number;
}

const known = new Memo<TierGaps>(4096);

/** @param tier a day or longer: what is shorter is never a row's longer tier */
export function tierGaps(schedule: Schedule, tier: Tier, weekStartsOn: WeekStart): TierGaps {
  const key = `${timesOf(schedule)}|${schedule.timezone}|${tier}|${weekStartsOn}`;
  return known.get(key, () => measure(schedule, tier, weekStartsOn));
}

/** Without changes of clocks the time of day does not matter: only on which days, and how soon the next start comes. */
function timesOf({ cron, timezone }: Schedule): string {
  if (timezone !== UTC) return cron;
  const [first = 0, second] = patternOf(cron).minutes;
  const days = cron.split(' ').slice(2).join(' ');
  return second === undefined ? days : `${days}|${second - first}`;
}

function measure(schedule: Schedule, tier: Tier, weekStartsOn: WeekStart): TierGaps {
  const periods = periodsOf(tier, weekStartsOn);
  let longest = 0;
  let afterFailure = 0;
  let period: number | undefined;
  let first: number | undefined;
  let before: number | undefined;
  let failing = false;
  for (const day of daysOfRuns(schedule, REFERENCE.getTime(), CYCLE_END)) {
    const { midnight, offset, minutes } = day;
    const current = periods[(midnight + offset) / DAY - FIRST_DAY];
    const at = midnight + (minutes[0] ?? 0) * MINUTE;
    // The first one of the period before may have failed: this is the next one after it.
    if (failing && before !== undefined) afterFailure = Math.max(afterFailure, at - before);
    failing = false;
    if (current === period) continue;
    if (first !== undefined) longest = Math.max(longest, at - first);
    before = first;
    first = at;
    period = current;
    const next = minutes[1];
    if (next === undefined) failing = true;
    else if (before !== undefined) {
      afterFailure = Math.max(afterFailure, midnight + next * MINUTE - before);
    }
  }
  const seconds = (span: number) => (span === 0 ? Number.POSITIVE_INFINITY : span / 1000);
  return { longest: seconds(longest), afterFailure: seconds(afterFailure) };
}

const tables = new Memo<Float64Array>(16);

/** The period that each day lies in, from `FIRST_DAY` on. */
function periodsOf(tier: Tier, weekStartsOn: WeekStart): Float64Array {
  return tables.get(`${tier}|${weekStartsOn}`, () => {
    const days = CYCLE_END / DAY - FIRST_DAY + 2;
    return Float64Array.from({ length: days }, (_, index) =>
      periodStart(tier, new Date((FIRST_DAY + index) * DAY), weekStartsOn),
    );
  });
}
