import { METRIC, sourceDimensions } from '../../lib/alerting/metrics.ts';
import type { SourceStatus } from '../../lib/catalog/status.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import type { Measurement } from '../shared/emit.ts';

/** What is not known is not written: the alarms say what silence means. */
export function measurements(compiled: CompiledPlan, status: SourceStatus): Measurement {
  const backups = status.protections.filter(({ kind }) => kind !== 'wal');
  const full = backups.find(({ kind }) => kind === 'full');
  const wal = status.protections.find(({ kind }) => kind === 'wal');
  return {
    dimensions: sourceDimensions(compiled, status.source),
    values: {
      [METRIC.age]: full?.ageSeconds ?? null,
      [METRIC.overdue]: status.protections.some(({ overdue }) => overdue) ? 1 : 0,
      [METRIC.sizeRatio]: full?.sizeRatio ?? null,
      [METRIC.failedRuns]: backups.reduce((sum, backup) => sum + backup.failuresSinceSuccess, 0),
      [METRIC.walLag]: wal?.ageSeconds ?? null,
      [METRIC.walGaps]: wal ? status.gaps.length : null,
      [METRIC.verificationAge]: status.verification.ageSeconds,
    },
  };
}
