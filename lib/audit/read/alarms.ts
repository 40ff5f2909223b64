import { formatSeconds } from '../../plan/values/duration.ts';
import { isOn, referenced, textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource, templateEnding } from '../template.ts';

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
  /** Logical id, or the ARN of a topic that no template has. */
  readonly name: string;
  /** The template that has it: the alarm's own, or that of the region which the ARN names. */
  readonly file: string;
  readonly known: boolean;
  readonly addresses: readonly string[];
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
      severity: /\[([a-z]+)\]$/.exec(name)?.[1] ?? /^([a-z]+):/.exec(description)?.[1] ?? '',
      runbook: /See (\S+)$/.exec(description)?.[1] ?? null,
      active: isOn(body.get('ActionsEnabled')) || body.get('ActionsEnabled') === undefined,
      topics: (body.get('AlarmActions')?.items() ?? []).map((action) =>
        topicOf(action, resource, files),
      ),
    };
  });
}

function dimensionsOf(body: Located): Map<string, string> {
  const dimensions = body.get('Dimensions')?.items() ?? [];
  return new Map(
    dimensions.map((at) => [at.text('Name') ?? '', textOf(at.get('Value')?.value ?? '')]),
  );
}

type Files = ReadonlyMap<string, readonly Resource[]>;

function topicOf(action: Located, alarm: Resource, files: Files): Topic {
  const id = referenced(action.value);
  const topic =
    id === undefined ? topicByArn(textOf(action.value), files) : { file: alarm.file, id };
  if (!topic) return { name: textOf(action.value), file: alarm.file, known: false, addresses: [] };
  const there = files.get(topic.file) ?? [];
  return {
    name: topic.id,
    file: topic.file,
    known: there.some(({ type, id: name }) => type === 'AWS::SNS::Topic' && name === topic.id),
    addresses: ofType(there, 'AWS::SNS::Subscription')
      .filter(({ body }) => referenced(body.get('TopicArn')?.value) === topic.id)
      .map(({ body }) => spoken(textOf(body.get('Endpoint')?.value ?? ''))),
  };
}

/** The path of an endpoint holds the key to it, which a report must not spread. */
export const spoken = (address: string): string =>
  URL.canParse(address) ? `${new URL(address).origin}/…` : address;

/** Stacks of sources name the topic of their region, whose template is told by the name of its file. */
function topicByArn(arn: string, files: Files): { file: string; id: string } | undefined {
  const [, region, name] = /^arn:[\w-]+:sns:([\w-]+):\d+:(.+)$/.exec(arn) ?? [];
  return [...files]
    .filter(([file]) => file.endsWith(templateEnding(`${region}`)))
    .flatMap(([, resources]) => ofType(resources, 'AWS::SNS::Topic'))
    .find(({ body }) => body.text('TopicName') === name);
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
