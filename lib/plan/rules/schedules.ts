import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { REFERENCE, type ResolvedRow } from '../protections.ts';
import { formatSeconds } from '../values/duration.ts';
import { gaps, type Schedule } from '../values/schedule.ts';
import { UTC, zoneSegments } from '../values/zone.ts';

/** Every zone that changes its clocks does so within. */
const A_YEAR_ON = new Date('2027-02-01T00:00:00Z');

/** Whether jobs start when the plan means them to. */
export const checkSchedules = ({ sources }: CheckedPlan): Finding[] =>
  sources.flatMap((source) =>
    source.rows.flatMap((row) => [...tooLong(source, row), ...clockChanges(source, row)]),
  );

function tooLong(source: CheckedSource, row: ResolvedRow): Finding[] {
  if (row.deadlineSeconds <= row.shortestGapSeconds) return [];
  return [
    {
      code: 'TM401',
      severity: 'error',
      path: source.pathOf('protect', row.index, 'within'),
      message: `a ${row.kind} backup may take ${formatSeconds(row.deadlineSeconds)}, but the next one starts after ${formatSeconds(row.shortestGapSeconds)}: it would be skipped`,
      value: 'within' in row.row ? row.row.within : undefined,
      remedy: `allow at most ${formatSeconds(row.shortestGapSeconds)}, or start the backup less often`,
    },
  ];
}

/** Starts may come an hour early or late when clocks change; one that is left out or comes twice is a surprise. */
function clockChanges(source: CheckedSource, row: ResolvedRow): Finding[] {
  const { schedule } = row;
  if (!schedule || schedule.timezone === UTC) return [];
  const utc: Schedule = { cron: schedule.cron, timezone: UTC };
  const shift = largestShift(schedule.timezone);
  const usual = gaps(utc, REFERENCE);
  const skipped = row.longestGapSeconds > usual.longest + shift;
  const doubled = row.shortestGapSeconds < usual.shortest - shift;
  if (!skipped && !doubled) return [];
  const what = skipped
    ? `leaves out a start: two are up to ${formatSeconds(row.longestGapSeconds)} apart instead of ${formatSeconds(usual.longest)}`
    : `makes a start come twice, ${formatSeconds(row.shortestGapSeconds)} apart`;
  return [
    {
      code: 'TM402',
      severity: 'warning',
      path: source.pathOf('protect', row.index),
      message: `the change of clocks in ${schedule.timezone} ${what}`,
      value: schedule,
      remedy:
        'leave out the time zone (UTC has no such days), or choose a time outside of 01:00 to 03:00',
    },
  ];
}

/** Seconds that the zone's clocks are moved at most. */
function largestShift(timezone: string): number {
  const segments = zoneSegments(timezone, REFERENCE.getTime(), A_YEAR_ON.getTime());
  const shifts = segments.map((segment, index) =>
    Math.abs(segment.offset - (segments[index - 1]?.offset ?? segment.offset)),
  );
  return Math.max(...shifts) / 1000;
}
