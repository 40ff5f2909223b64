import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import {
  type FunctionName,
  functionDimensions,
  HEARTBEAT,
  NAMESPACE,
} from '../../lib/alerting/metrics.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';

/** Values of one set of dimensions; null ones are not known and not written. */
export interface Measurement {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number | null>>;
}

/** Writes metrics in CloudWatch's embedded format, one line for each measurement. */
export function emit(measurements: readonly Measurement[]): void {
  const metrics = new Metrics({ namespace: NAMESPACE });
  for (const { dimensions, values } of measurements) {
    const known = Object.entries(values).filter(
      (entry): entry is [string, number] => entry[1] !== null,
    );
    if (known.length === 0) continue;
    // An alarm matches a metric by all of its dimensions, and the library adds one called `service` by itself.
    metrics.clearDefaultDimensions();
    metrics.addDimensions(dimensions);
    for (const [name, value] of known) metrics.addMetric(name, unitOf(name), value);
    metrics.publishStoredMetrics();
  }
}

export function emitHeartbeat(compiled: CompiledPlan, name: FunctionName): void {
  emit([{ dimensions: functionDimensions(compiled, name), values: { [HEARTBEAT]: 1 } }]);
}

function unitOf(name: string): (typeof MetricUnit)[keyof typeof MetricUnit] {
  if (name.endsWith('Seconds')) return MetricUnit.Seconds;
  if (name.endsWith('Bytes')) return MetricUnit.Bytes;
  return name.endsWith('Ratio') ? MetricUnit.NoUnit : MetricUnit.Count;
}
