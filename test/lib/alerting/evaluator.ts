/**
 * CloudWatch's alarms, after its documentation: "Configuring how CloudWatch alarms treat missing data", "Avoiding
 * premature transitions to alarm state" and PutMetricAlarm.
 */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

type Treatment = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** The properties of an `AWS::CloudWatch::Alarm` that decide its state. */
export interface AlarmProperties {
  readonly AlarmName: string;
  readonly Statistic: string;
  /** Seconds. */
  readonly Period: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  /** N. */
  readonly EvaluationPeriods: number;
  /** M; N where it is absent. */
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData?: string;
}

/** What a metric had in one period: nothing, or every value that was written. */
export type Samples = readonly number[];

const STATISTICS: Readonly<Record<string, (samples: Samples) => number>> = {
  Sum: (samples) => samples.reduce((sum, one) => sum + one, 0),
  Maximum: (samples) => Math.max(...samples),
  Minimum: (samples) => Math.min(...samples),
  Average: (samples) => samples.reduce((sum, one) => sum + one, 0) / samples.length,
  SampleCount: (samples) => samples.length,
};

const OPERATORS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * CloudWatch looks back further than N periods for points that are there. It does not say how far; in all of its
 * examples, N is 3 and it looks at 5.
 */
const FURTHER_BACK = 2;

function known<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new Error(`the evaluation knows no ${name}`);
  return found;
}

/**
 * The state after the newest period.
 * @param periods oldest first
 * @param current state until now, which `ignore` may keep
 */
export function evaluate(
  alarm: AlarmProperties,
  periods: readonly Samples[],
  current: AlarmState = 'INSUFFICIENT_DATA',
): AlarmState {
  const { EvaluationPeriods: n, DatapointsToAlarm: m = n } = alarm;
  const treatment = treatmentOf(alarm.TreatMissingData ?? 'missing');
  const statistic = known(STATISTICS, alarm.Statistic);
  const operator = known(OPERATORS, alarm.ComparisonOperator);
  /** Newest first; null = missing. */
  const range = periods
    .slice(-n - FURTHER_BACK)
    .reverse()
    .map((samples) =>
      samples.length === 0 ? null : operator(statistic(samples), alarm.Threshold),
    );
  const real = range.filter((point) => point !== null);
  const filled = Math.max(0, n - real.length);
  const breaching = real.slice(0, n).filter(Boolean).length;
  if (filled === 0) return breaching >= m ? 'ALARM' : 'OK';
  if (treatment === 'breaching') return breaching + filled >= m ? 'ALARM' : 'OK';
  if (treatment === 'notBreaching' || breaching >= m) return breaching >= m ? 'ALARM' : 'OK';
  if (real.includes(false)) return 'OK';
  if (treatment === 'ignore') return current;
  // Only breaching points, fewer than M: they count once the oldest of them is M periods old.
  return range.lastIndexOf(true) + 1 >= m ? 'ALARM' : 'INSUFFICIENT_DATA';
}

/** The state after each period of a series that begins when the alarm is made. */
export function replay(alarm: AlarmProperties, periods: readonly Samples[]): AlarmState[] {
  const states: AlarmState[] = [];
  for (const [i] of periods.entries()) {
    states.push(evaluate(alarm, periods.slice(0, i + 1), states.at(-1)));
  }
  return states;
}

function treatmentOf(name: string): Treatment {
  if (name === 'missing' || name === 'ignore' || name === 'breaching' || name === 'notBreaching') {
    return name;
  }
  throw new Error(`the evaluation knows no treatment ${name} of missing data`);
}
