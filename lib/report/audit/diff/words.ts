import type { Alarm } from '../../../audit/diff/facts.ts';
import { CADENCE_SCHEDULES } from '../../../plan/values/cadence.ts';
import { formatSeconds } from '../../../plan/values/duration.ts';
import { parseRetentionClass } from '../../../plan/values/retention.ts';
import type { Schedule } from '../../../plan/values/schedule.ts';
import { scheduleText } from '../../schedule-text.ts';

/** What rows of a plan store. A kind of another version is named as it is. */
const KINDS: Readonly<Record<string, string>> = {
  wal: 'WAL',
  aof: 'append-only file',
  oplog: 'oplog',
  replication: 'live copy',
  incremental: 'incremental backups',
  full: 'full backups',
  snapshot: 'snapshots',
  logical: 'logical dumps',
  change: 'backups on change',
};
export const kindText = (kind: string): string => KINDS[kind] ?? kind;

/** The checks of a plan; an audit has its own words for them. */
const CHECKS: Readonly<Record<string, string>> = {
  exists: 'check that the newest backup is there',
  size: "check of the newest backup's size",
  checksums: 'verification of checksums',
  restore: 'restore drill',
  fullRestore: 'drill that restores everything',
};
export const checkText = (check: string): string => CHECKS[check] ?? JSON.stringify(check);

export const ALARM_TEXTS: Readonly<Record<Alarm, string>> = {
  failed: 'a failed backup',
  missing: 'a missing backup',
  tooSmall: 'a backup that is too small',
  verificationFailed: 'a failed verification',
};

/** `30 days`, `for ever`. */
export const daysText = (days: number | null): string =>
  days === null ? 'for ever' : `${days} ${days === 1 ? 'day' : 'days'}`;

/** `kept 30 days, 366 days`. */
export const keptAs = (classes: readonly string[]): string =>
  `kept ${[...new Set(classes.map((name) => daysText(parseRetentionClass(name).days)))].join(', ')}`;

/** `30 days instead of 90`. */
export function daysInstead(after: number | null, before: number | null): string {
  const long = after === null || before === null ? daysText(before) : `${before}`;
  return `${daysText(after)} instead of ${long}`;
}

export const secondsText = (seconds: number | null): string =>
  formatSeconds(seconds ?? Number.POSITIVE_INFINITY);

/** `6 d instead of 13 d`. */
export const secondsInstead = (after: number | null, before: number | null): string =>
  `${secondsText(after)} instead of ${secondsText(before)}`;

/** `weekly`, or the time in words. */
export function checkedText(schedule: Schedule | null): string {
  if (schedule === null) return 'with each new backup';
  const cadence = Object.entries(CADENCE_SCHEDULES).find(
    ([, { cron, timezone }]) => cron === schedule.cron && timezone === schedule.timezone,
  );
  return cadence?.[0] ?? scheduleText(schedule);
}

/** When something runs: `every day at 03:00 UTC`, `at least every 60 s`. */
export const rhythmText = (schedule: Schedule | null, everySeconds: number): string =>
  schedule === null ? `at least every ${formatSeconds(everySeconds)}` : scheduleText(schedule);
