import { Duration } from 'aws-cdk-lib';
import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';
import { longestGap, type Schedule } from '../plan/values/schedule.ts';
import { STALE_EVERY_MINUTES } from './alert-stale.ts';

/** How far back an alarm of CloudWatch can look. */
const LONGEST_DAYS = 7;

/** Gaps are measured from here, so that templates do not change with the day. */
export const EPOCH = new Date(Date.UTC(2024, 0, 1));

/** The longest time in seconds between two runs. */
const gapSeconds = (schedule: Schedule): number => longestGap(schedule, EPOCH);

export interface Silence {
  readonly period: Duration;
  readonly periods: number;
}

/**
 * One look may be missed: a deployment or a retry takes as long. CloudWatch looks for late data some periods further back
 * than it is asked to, so two short ones are sooner over than a long one.
 */
export const staleSilence: Silence = {
  period: Duration.minutes(STALE_EVERY_MINUTES),
  periods: 2,
};

/**
 * verify-checksum runs for every full backup and in the cadence of every source: days between two runs, and one more.
 * Undefined where that is longer than an alarm can look back; the age of the last verification still has its alarm.
 */
export function verifySilence(compiled: CompiledPlan): Silence | undefined {
  const schedules: Schedule[] = derivedSources(compiled).flatMap(({ protections, verify }) => [
    ...protections.flatMap(({ schedule, derived }) => (schedule && derived ? [schedule] : [])),
    ...(verify.checksums ? [verify.checksums] : []),
  ]);
  const gaps = schedules.map(gapSeconds);
  const days = Math.ceil(Math.min(...gaps) / SECONDS_PER_DAY) + 1;
  return days <= LONGEST_DAYS ? { period: Duration.days(1), periods: days } : undefined;
}
