import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { REFERENCE, type ResolvedRow } from '../protections.ts';
import { formatSeconds } from '../values/duration.ts';
import { gaps, runs, type Schedule } from '../values/schedule.ts';
import { UTC, zoneSegments } from '../values/zone.ts';

const A_YEAR_ON = new Date('2027-02-01T00:00:00Z');

/** Whether jobs start when the plan means them to, and out of each other's way. */
export function checkSchedules({ sources }: CheckedPlan): Finding[] {
  return [
    ...sources.flatMap((source) =>
      source.rows.flatMap((row) => [...tooLong(source, row), ...clockChanges(source, row)]),
    ),
    ...collisions(sources),
  ];
}

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

function collisions(sources: readonly CheckedSource[]): Finding[] {
  const starts = sources.flatMap((source) => {
    const row = source.rows.find(({ kind }) => kind === 'full');
    if (!row?.schedule) return [];
    const times = [...runs(row.schedule, REFERENCE, A_YEAR_ON)].map((start) => start.getTime());
    return [{ source, row, times: new Set(times) }];
  });
  return starts.flatMap((later, index) => {
    const shared = (times: ReadonlySet<number>) => [...later.times].find((at) => times.has(at));
    const earlier = starts.slice(0, index).find(({ times }) => shared(times) !== undefined);
    const first = earlier && shared(earlier.times);
    if (!earlier || first === undefined) return [];
    return [
      {
        code: 'TM403',
        severity: 'warning' as const,
        path: later.source.pathOf('protect', later.row.index),
        message: `full backups of ${earlier.source.name} and ${later.source.name} start at the same moment, such as ${new Date(first).toISOString()}, and compete for the network`,
        value: later.row.schedule,
        remedy: `start one of them later, after the ${formatSeconds(earlier.row.deadlineSeconds)} that the other may take if it is large`,
      },
    ];
  });
}
