import { DIMENSION, METRIC, NAMESPACE } from '../../alerting/metrics.ts';
import { type CompiledPlan, type CompiledSource, isTaken } from '../../plan/compiled.ts';
import { formatSeconds } from '../../plan/values/duration.ts';
import type { AlarmFacts } from '../read/alarms.ts';

/** A measurement that somebody must be told of, whatever the templates are derived by. */
export interface RequiredAlarm {
  readonly source: string;
  readonly metric: string;
  /** The values that are bad. */
  readonly bad: { readonly above: number } | { readonly below: number };
}

/** What the promises of the plan need watched: that backups succeed, are fresh, keep their size, and are sound. */
export function requiredAlarms(compiled: CompiledPlan): RequiredAlarm[] {
  return compiled.sources.flatMap((source) => ofSource(compiled, source));
}

function ofSource({ alerts }: CompiledPlan, source: CompiledSource): RequiredAlarm[] {
  // What Velero takes is watched by the rules for its own metrics, in the cluster.
  const derived = source.protections.filter(isTaken);
  const scheduled = derived.filter(({ schedule }) => schedule !== null);
  const above = (metric: string, limit: number): RequiredAlarm => ({
    source: source.name,
    metric,
    bad: { above: limit },
  });
  return [
    ...(scheduled.length === 0
      ? []
      : [
          above(METRIC.failedRuns, 0),
          above(METRIC.age, Math.max(...scheduled.map(({ overdueSeconds }) => overdueSeconds))),
          above(METRIC.verificationProblems, 0),
          { source: source.name, metric: METRIC.sizeRatio, bad: { below: alerts.tooSmall.below } },
        ]),
    ...(derived.length > scheduled.length
      ? [above(METRIC.walLag, source.objectives.rpoSeconds)]
      : []),
  ];
}

/** Whether the alarm fires for every bad value. One that fires earlier is as good. */
export function satisfies(alarm: AlarmFacts, { source, metric, bad }: RequiredAlarm): boolean {
  const about =
    alarm.namespace === NAMESPACE &&
    alarm.metric === metric &&
    alarm.dimensions.get(DIMENSION.source) === source;
  if (!about || alarm.threshold === null) return false;
  if ('below' in bad) return alarm.operator.startsWith('LessThan') && alarm.threshold >= bad.below;
  const firesFrom = alarm.operator === 'GreaterThanOrEqualToThreshold' ? 1 : 0;
  return alarm.operator.startsWith('GreaterThan') && alarm.threshold - firesFrom <= bad.above;
}

export function needText({ metric, bad }: RequiredAlarm): string {
  const limit = 'below' in bad ? bad.below : bad.above;
  const value = metric.endsWith('Seconds') && limit > 0 ? formatSeconds(limit) : `${limit}`;
  return `${metric} ${'below' in bad ? 'below' : 'above'} ${value} must be told`;
}
