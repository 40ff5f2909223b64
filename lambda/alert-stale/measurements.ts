import {
  groupDimensions,
  METRIC,
  OVERDUE_POINTS,
  sourceDimensions,
} from '../../lib/alerting/metrics.ts';
import { watchedKind } from '../../lib/alerting/watched-kind.ts';
import { CLOCK_TOLERANCE_SECONDS, type SourceStatus } from '../../lib/catalog/status.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { roleOf } from '../../lib/plan/values/rows.ts';
import type { Measurement } from '../shared/emit.ts';
import type { GroupStatus } from './recovery-points.ts';

/** What is not known is not written: the alarms say what silence means. */
export function measurements(compiled: CompiledPlan, status: SourceStatus): Measurement {
  const backups = status.protections.filter(({ kind }) => roleOf(kind) !== 'log');
  const planned = compiled.sources.find(({ name }) => name === status.source);
  const watched = backups.find(({ kind }) => kind === watchedKind(planned?.protections ?? []));
  const log = status.protections.find(({ kind }) => roleOf(kind) === 'log');
  return {
    dimensions: sourceDimensions(compiled, status.source),
    values: {
      [METRIC.age]: past(watched?.ageSeconds),
      [METRIC.overdue]: status.protections.some(({ overdue }) => overdue) ? 1 : 0,
      [METRIC.sizeRatio]: smallest(backups.flatMap(({ sizeRatio }) => sizeRatio ?? [])),
      [METRIC.failedRuns]: backups.reduce((sum, backup) => sum + backup.failuresSinceSuccess, 0),
      [METRIC.walLag]: past(log?.ageSeconds),
      [METRIC.walGaps]: log?.kind === 'wal' ? status.alarmingGaps : null,
      [METRIC.verificationAge]: past(status.verification.ageSeconds),
      [METRIC.drillAge]: past(status.drill.ageSeconds),
    },
  };
}

export const groupMeasurement = (
  compiled: CompiledPlan,
  { group, overdue }: GroupStatus,
): Measurement => ({
  dimensions: groupDimensions(compiled, group),
  values: { [OVERDUE_POINTS]: overdue.length },
});

/** The age of what has not come yet is not known: some clock is wrong, and to seem fresh until then would be worse. */
const past = (seconds: number | null | undefined): number | null =>
  seconds === null || seconds === undefined || seconds < -CLOCK_TOLERANCE_SECONDS
    ? null
    : Math.max(0, seconds);

/** Null where there is none to compare. */
const smallest = (ratios: readonly number[]): number | null =>
  ratios.length === 0 ? null : Math.min(...ratios);
