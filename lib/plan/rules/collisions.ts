import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import type { ScheduledRow } from '../proof/scheduled.ts';
import { REFERENCE, type ResolvedRow } from '../protections.ts';
import { daysOfRuns } from '../values/days-of-runs.ts';
import { formatSeconds } from '../values/duration.ts';
import type { Schedule } from '../values/schedule.ts';

const MINUTE = 60_000;
/** A year and a month: what never meets in them may meet once in years, and nobody plans around that. */
const DAYS = 396;
const FROM = REFERENCE.getTime();

/** Whether jobs are out of each other's way. */
export function checkCollisions({ sources }: CheckedPlan): Finding[] {
  return [
    ...sources.flatMap((source) => source.scheduled.rows.flatMap((row) => refused(source, row))),
    ...together(sources),
  ];
}

/** A source has one run at a time: what starts while another of its rows is at work is not taken. */
function refused(source: CheckedSource, { row, refused }: ScheduledRow): Finding[] {
  if (refused === 'none') return [];
  const others = source.scheduled.rows
    .slice(
      0,
      source.scheduled.rows.findIndex((other) => other.row === row),
    )
    .map((other) => `${other.row.kind} (up to ${formatSeconds(other.row.deadlineSeconds)})`);
  const none = refused === 'all';
  return [
    {
      code: 'TM404',
      severity: none ? 'warning' : 'info',
      path: source.pathOf('protect', row.index),
      message: `a source has one run at a time: ${none ? 'every start' : 'some starts'} of ${row.kind} backups of ${source.name} may fall into a run of ${others.join(' or ')} and be refused${none ? '' : ', which the proof counts with'}`,
      value: row.schedule,
      remedy: none
        ? 'start the rows at different times, or limit their time with `within`'
        : 'nothing to do; starting them apart, or limiting their time with `within`, proves more',
    },
  ];
}

/** Goes through the sources once: the first that starts in a minute owns it. */
function together(sources: readonly CheckedSource[]): Finding[] {
  if (sources.filter(fullOf).length < 2) return [];
  /** Of each minute: the number of its source, counted from 1. */
  const owners = new Int32Array(DAYS * 24 * 60);
  const minutes = new Map<string, readonly number[]>();
  return sources.flatMap((source, index) => {
    const row = fullOf(source);
    if (!row?.schedule) return [];
    const key = `${row.schedule.cron} ${row.schedule.timezone}`;
    const starts = minutes.get(key) ?? minutesOf(row.schedule);
    minutes.set(key, starts);
    const shared = starts.find((minute) => owners[minute] !== 0);
    const earlier = shared === undefined ? undefined : sources[(owners[shared] ?? 0) - 1];
    for (const minute of starts) if (owners[minute] === 0) owners[minute] = index + 1;
    if (shared === undefined || !earlier) return [];
    return [
      {
        code: 'TM403',
        severity: 'warning' as const,
        path: source.pathOf('protect', row.index),
        message: `full backups of ${earlier.name} and ${source.name} start at the same moment, such as ${new Date(FROM + shared * MINUTE).toISOString()}, and compete for the network`,
        value: row.schedule,
        remedy: `start one of them later, after the ${formatSeconds(fullOf(earlier)?.deadlineSeconds ?? 0)} that the other may take if it is large`,
      },
    ];
  });
}

const fullOf = ({ rows }: CheckedSource): ResolvedRow | undefined =>
  rows.find(({ kind }) => kind === 'full');

function minutesOf(schedule: Schedule): number[] {
  const starts: number[] = [];
  for (const { midnight, minutes } of daysOfRuns(schedule, FROM, FROM + DAYS * 24 * 60 * MINUTE)) {
    for (const minute of minutes) starts.push((midnight - FROM) / MINUTE + minute);
  }
  return starts;
}
