import { METRIC, sourceDimensions } from '../../lib/alerting/metrics.ts';
import type { VerifyRun } from '../../lib/catalog/run-record.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import type { Measurement } from '../shared/emit.ts';
import { problemCount } from './conclude.ts';

/**
 * Only a verification of the whole source may end the alarm: that one new backup is sound says nothing about another one
 * in which damage was found. One that left out what is archived was not of the whole source.
 * @param whole everything of the source was to be verified
 */
export function measurements(
  compiled: CompiledPlan,
  record: VerifyRun,
  whole: boolean,
): Measurement[] {
  const problems = problemCount(record);
  const bytes = record.backups.reduce((sum, backup) => sum + backup.bytes, record.wal?.bytes ?? 0);
  const ends = whole && record.skipped === undefined;
  return [
    {
      dimensions: sourceDimensions(compiled, record.source),
      values: {
        [METRIC.verifiedBytes]: bytes,
        [METRIC.verificationProblems]: problems > 0 || ends ? problems : null,
      },
    },
  ];
}
