import { formatSeconds } from '../../plan/values/duration.ts';
import { isOn, textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource } from '../template.ts';
import { type Topic, topicOf } from './topics.ts';

/** What a template says about one CloudWatch alarm. */
export interface AlarmFacts {
  readonly resource: Resource;
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: ReadonlyMap<string, string>;
  readonly operator: string;
  readonly threshold: number | null;
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly periods: number;
  readonly missing: string;
  readonly severity: string;
  readonly runbook: string | null;
  /** False where the alarm is told to do nothing. */
  readonly active: boolean;
  /** Topics that it notifies, each with who is subscribed to it. */
  readonly topics: readonly Topic[];
}

export function readAlarms(resources: readonly Resource[]): AlarmFacts[] {
  const files = Map.groupBy(resources, ({ file }) => file);
  return ofType(resources, 'AWS::CloudWatch::Alarm').map((resource) => {
    const { body } = resource;
    const name = textOf(body.get('AlarmName')?.value ?? resource.id);
    const description = body.text('AlarmDescription') ?? '';
    return {
      resource,
      name,
      namespace: body.text('Namespace') ?? '',
      metric: body.text('MetricName') ?? '',
      dimensions: dimensionsOf(body),
      operator: body.text('ComparisonOperator') ?? '',
      threshold: body.number('Threshold') ?? null,
      statistic: body.text('Statistic') ?? body.text('ExtendedStatistic') ?? '',
      periodSeconds: body.number('Period') ?? 0,
      periods: body.number('EvaluationPeriods') ?? 1,
      missing: body.text('TreatMissingData') ?? 'missing',
      ...spokenOf(name, description),
      active: isOn(body.get('ActionsEnabled')) || body.get('ActionsEnabled') === undefined,
      topics: (body.get('AlarmActions')?.items() ?? []).map((action) =>
        topicOf(action, resource, files),
      ),
    };
  });
}

/** How bad it is and where to read on, as names and descriptions of alerts say it. */
export const spokenOf = (
  name: string,
  description: string,
): { readonly severity: string; readonly runbook: string | null } => ({
  severity: /\[([a-z]+)\]$/.exec(name)?.[1] ?? /^([a-z]+):/.exec(description)?.[1] ?? '',
  runbook: /See (\S+)$/.exec(description)?.[1] ?? null,
});

function dimensionsOf(body: Located): Map<string, string> {
  const dimensions = body.get('Dimensions')?.items() ?? [];
  return new Map(
    dimensions.map((at) => [at.text('Name') ?? '', textOf(at.get('Value')?.value ?? '')]),
  );
}

const COMPARISONS: Readonly<Record<string, string>> = {
  GreaterThanThreshold: 'above',
  GreaterThanOrEqualToThreshold: 'at least',
  LessThanThreshold: 'below',
  LessThanOrEqualToThreshold: 'at most',
};

/** What must be true for it to fire, as a reviewer reads it: built from what CloudWatch compares, not from the description. */
export function conditionText(alarm: AlarmFacts): string {
  const { metric, statistic, operator, threshold, periods, periodSeconds, missing } = alarm;
  const value = metric.endsWith('Seconds') ? formatSeconds(threshold ?? 0) : threshold;
  const time = formatSeconds(periods * periodSeconds);
  const during = statistic === 'Sum' ? `in ${time}` : `for ${time}`;
  const silence = missing === 'breaching' ? ', or no data' : '';
  return `${statistic.toLowerCase()} of ${metric} ${COMPARISONS[operator] ?? operator} ${value} ${during}${silence}`;
}
