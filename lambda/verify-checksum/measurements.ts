import { METRIC, sourceDimensions } from '../../lib/alerting/metrics.ts';
import type { VerifyRun } from '../../lib/catalog/run-record.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import type { Measurement } from '../shared/emit.ts';
import type { Task } from './event.ts';
import { problemCount } from './verify-checksum.ts';

/**
 * Only a verification of the whole source may end the alarm: that one new backup is sound says nothing about another one
 * in which damage was found.
 */
export function measurements(compiled: CompiledPlan, task: Task, record: VerifyRun): Measurement[] {
  const problems = problemCount(record);
  const bytes = record.backups.reduce((sum, backup) => sum + backup.bytes, record.wal?.bytes ?? 0);
  return [
    {
      dimensions: sourceDimensions(compiled, record.source),
      values: {
        [METRIC.verifiedBytes]: bytes,
        [METRIC.verificationProblems]: problems > 0 || task.kind === 'source' ? problems : null,
      },
    },
  ];
}
