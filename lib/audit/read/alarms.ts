import { formatSeconds } from '../../plan/values/duration.ts';
import { referenced, textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource } from '../template.ts';

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

export interface Topic {
  /** Logical id, or the ARN of a topic that the template does not have. */
  readonly name: string;
  readonly known: boolean;
  readonly addresses: readonly string[];
}

export function readAlarms(resources: readonly Resource[]): AlarmFacts[] {
  return ofType(resources, 'AWS::CloudWatch::Alarm').map((resource) => {
    const { body, file } = resource;
    const here = resources.filter((other) => other.file === file);
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
      severity: /\[([a-z]+)\]$/.exec(name)?.[1] ?? /^([a-z]+):/.exec(description)?.[1] ?? '',
      runbook: /See (\S+)$/.exec(description)?.[1] ?? null,
      active: body.get('ActionsEnabled')?.value !== false,
      topics: (body.get('AlarmActions')?.items() ?? []).map((action) => topicOf(action, here)),
    };
  });
}

function dimensionsOf(body: Located): Map<string, string> {
  const dimensions = body.get('Dimensions')?.items() ?? [];
  return new Map(
    dimensions.map((at) => [at.text('Name') ?? '', textOf(at.get('Value')?.value ?? '')]),
  );
}

function topicOf(action: Located, here: readonly Resource[]): Topic {
  const id = referenced(action.value);
  const known = here.some((other) => other.type === 'AWS::SNS::Topic' && other.id === id);
  const addresses = ofType(here, 'AWS::SNS::Subscription')
    .filter(({ body }) => id !== undefined && referenced(body.get('TopicArn')?.value) === id)
    .map(({ body }) => textOf(body.get('Endpoint')?.value ?? ''));
  return { name: id ?? textOf(action.value), known, addresses };
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
