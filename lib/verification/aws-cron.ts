import { CronPattern } from 'croner';
import type { Schedule } from '../plan/values/schedule.ts';

/**
 * Five-field cron, as plans, Kubernetes and people write it, as the six fields of EventBridge: with a year, days of the
 * week counted from 1 = Sunday, and `?` in the one of the two day fields that does not matter. Steps and names are
 * resolved to plain numbers, since EventBridge reads some of them differently.
 *
 * @returns such as `cron(30 6 ? * 2 *)`
 * @throws TypeError where both day fields are restricted: cron then means either, which EventBridge cannot say
 */
export function awsCron({ cron }: Schedule): string {
  const pattern = new CronPattern(cron, undefined, { mode: '5-part' });
  const [minute, hour, month] = [
    field(pattern.minute, 60, 0),
    field(pattern.hour, 24, 0),
    field(pattern.month, 12, 1),
  ];
  const dayOfMonth = field(pattern.day, 31, 1);
  // Counted from 0 = Sunday, as 5 fields do.
  const dayOfWeek = field(pattern.dayOfWeek, 7, 1);
  if (dayOfMonth !== '*' && dayOfWeek !== '*') {
    throw new TypeError(
      `EventBridge cannot run ${JSON.stringify(cron)}: it names a day of the month and a day of the week; write '*' for one of them`,
    );
  }
  const days = dayOfWeek === '*' ? `${dayOfMonth} ${month} ?` : `? ${month} ${dayOfWeek}`;
  return `cron(${minute} ${hour} ${days} *)`;
}

/** @param set one entry for each value: not 0 where the schedule runs @param first what EventBridge calls the first */
function field(set: readonly number[], size: number, first: number): string {
  const values = set.slice(0, size).flatMap((chosen, i) => (chosen === 0 ? [] : [i + first]));
  return values.length === size ? '*' : ranges(values);
}

/** `[1,2,3,7]` → `1-3,7`. */
function ranges(values: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && run[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}
