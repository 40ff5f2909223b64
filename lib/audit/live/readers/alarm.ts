import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandOutput,
  GetDashboardCommand,
} from '@aws-sdk/client-cloudwatch';
import { isObject, listOf, type Properties, parsed } from '../properties.ts';
import { fromAnswer, type Look, type Reading, ResourceAbsentError } from '../reader.ts';

/** What CloudWatch takes unless told otherwise. */
const DEFAULTS: Properties = { ActionsEnabled: true, TreatMissingData: 'missing' };
/** So many names are answered at once. */
const NAMES_AT_ONCE = 100;

export function readAlarm(look: Look): Reading {
  const { properties } = look;
  return {
    expected: { ...DEFAULTS, ...properties, Metrics: withData(properties.Metrics) },
    skipped: ['AlarmName', 'Tags'],
    found: fromAnswer(
      async () => {
        const found = (await alarmsOf(look)).metric.get(look.id);
        if (!found) throw new ResourceAbsentError(`there is no alarm ${look.id}`);
        return { ...DEFAULTS, ...found, Metrics: withData(found.Metrics) };
      },
      ...['ActionsEnabled', 'AlarmActions', 'AlarmDescription', 'ComparisonOperator'],
      ...['DatapointsToAlarm', 'Dimensions', 'EvaluateLowSampleCountPercentile'],
      ...['EvaluationPeriods', 'ExtendedStatistic', 'InsufficientDataActions', 'MetricName'],
      ...['Metrics', 'Namespace', 'OKActions', 'Period', 'Statistic', 'Threshold'],
      ...['ThresholdMetricId', 'TreatMissingData', 'Unit'],
    ),
  };
}

export function readCompositeAlarm(look: Look): Reading {
  return {
    expected: { ActionsEnabled: true, ...look.properties },
    skipped: ['AlarmName', 'Tags'],
    found: fromAnswer(
      async () => {
        const found = (await alarmsOf(look)).composite.get(look.id);
        if (!found) throw new ResourceAbsentError(`there is no composite alarm ${look.id}`);
        return found;
      },
      ...['ActionsEnabled', 'ActionsSuppressor', 'ActionsSuppressorExtensionPeriod'],
      ...['ActionsSuppressorWaitPeriod', 'AlarmActions', 'AlarmDescription', 'AlarmRule'],
      ...['InsufficientDataActions', 'OKActions'],
    ),
  };
}

export function readDashboard({ clients: { cloudWatch }, id, properties }: Look): Reading {
  return {
    expected: { ...properties, DashboardBody: parsed(String(properties.DashboardBody)) },
    skipped: ['DashboardName', 'Tags'],
    found: {
      DashboardBody: async () => {
        const found = await cloudWatch.send(new GetDashboardCommand({ DashboardName: id }));
        return parsed(found.DashboardBody);
      },
    },
  };
}

/** A part of a formula is shown unless it says that it is not. */
const withData = (metrics: unknown): unknown =>
  listOf(metrics).map((metric) => (isObject(metric) ? { ReturnData: true, ...metric } : metric));

interface Alarms {
  readonly metric: ReadonlyMap<string, Properties>;
  readonly composite: ReadonlyMap<string, Properties>;
}

const asked = new WeakMap<CloudWatchClient, Promise<Alarms>>();

/** All alarms of the templates at once: CloudWatch answers few requests a second. */
function alarmsOf({ clients: { cloudWatch }, all, where }: Look): Promise<Alarms> {
  const before = asked.get(cloudWatch);
  if (before) return before;
  const names = all
    .filter(({ type }) => /^AWS::CloudWatch::(Composite)?Alarm$/.test(type))
    .filter((alarm) => alarm.where.region === where.region && alarm.where.account === where.account)
    .flatMap(({ physicalId }) => physicalId ?? []);
  const answer = describe(cloudWatch, names);
  asked.set(cloudWatch, answer);
  return answer;
}

async function describe(cloudWatch: CloudWatchClient, names: readonly string[]): Promise<Alarms> {
  const answers: DescribeAlarmsCommandOutput[] = [];
  for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
    const command = new DescribeAlarmsCommand({
      AlarmNames: names.slice(from, from + NAMES_AT_ONCE),
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: NAMES_AT_ONCE,
    });
    answers.push(await cloudWatch.send(command));
  }
  const named = (alarms: readonly { AlarmName?: string | undefined }[]) =>
    new Map(alarms.map((alarm): [string, Properties] => [alarm.AlarmName ?? '', { ...alarm }]));
  return {
    metric: named(answers.flatMap(({ MetricAlarms }) => MetricAlarms ?? [])),
    composite: named(answers.flatMap(({ CompositeAlarms }) => CompositeAlarms ?? [])),
  };
}
