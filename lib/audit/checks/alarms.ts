import type { CompiledPlan } from '../../plan/compiled.ts';
import { type Breach, lackAnywhere, lackIn } from '../breach.ts';
import { textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { type AlarmFacts, conditionText } from '../read/alarms.ts';
import { spoken } from '../read/topics.ts';
import { needText, type RequiredAlarm, satisfies } from './required-alarms.ts';

/** Alarms of two regions have the same name; they are told apart by their file. */
const keyOf = ({ resource, name }: AlarmFacts): string => `${resource.file} ${name}`;

/**
 * Every alarm that the plan derives today is there and fires on the same condition; every one that a promise needs,
 * derived or not, is among them; and each of them tells the people of the plan.
 */
export function checkAlarms(
  found: readonly AlarmFacts[],
  derived: readonly AlarmFacts[],
  required: readonly RequiredAlarm[],
  compiled: CompiledPlan,
): Breach[] {
  const byKey = new Map(found.map((alarm) => [keyOf(alarm), alarm]));
  const missing = derived.filter((alarm) => !byKey.has(keyOf(alarm)));
  const differing = derived.flatMap((alarm) => {
    const there = byKey.get(keyOf(alarm));
    return there ? checkCondition(there, alarm) : [];
  });
  const unmet = required.filter(
    (need) =>
      !found.some((alarm) => satisfies(alarm, need)) &&
      // Already said of the alarm that is gone or that differs.
      !derived.some((alarm) => satisfies(alarm, need)),
  );
  return [
    ...missing.map(gone),
    ...differing,
    ...unmet.map((need) => absent(need)),
    ...checkActions(found),
    ...checkAddresses(found, compiled),
  ];
}

const gone = (alarm: AlarmFacts): Breach => ({
  place: { file: alarm.resource.file, line: 1, resource: alarm.resource.id },
  message: `alarm ${alarm.name} is missing; the plan needs it to fire when ${conditionText(alarm)}`,
  remedy: 'restore the alarm: synthesise again',
  lacks: lackAnywhere(alarm.name),
});

const absent = (need: RequiredAlarm): Breach => ({
  place: null,
  message: `no alarm watches ${need.source}: ${needText(need)}`,
  remedy: 'no alarm is derived for this promise; add one that does',
});

/** What CloudWatch compares, by the names of the template. */
const compared = (alarm: AlarmFacts): Readonly<Record<string, string>> => ({
  Threshold: `${alarm.threshold}`,
  ComparisonOperator: alarm.operator,
  EvaluationPeriods: written(alarm, 'EvaluationPeriods', '1'),
  DatapointsToAlarm: written(alarm, 'DatapointsToAlarm', `${alarm.periods}`),
  Period: `${alarm.periodSeconds}`,
  TreatMissingData: written(alarm, 'TreatMissingData', alarm.missing),
  Metrics: written(alarm, 'Metrics', 'none'),
  MetricName: alarm.metric,
  Namespace: alarm.namespace,
  Statistic: alarm.statistic,
  // Data of another unit is no data.
  Unit: written(alarm, 'Unit', 'none'),
  Dimensions: [...alarm.dimensions]
    .map((pair) => pair.join('='))
    .sort()
    .join(', '),
});

/** As it stands in the template, where that is more than what is read of it. */
const written = ({ resource }: AlarmFacts, name: string, otherwise: string): string => {
  const at = resource.body.get(name);
  return at ? textOf(at.value) : otherwise;
};

/** The first part of the condition that differs is where a reviewer looks; the message has the whole of it in words. */
function checkCondition(found: AlarmFacts, derived: AlarmFacts): Breach[] {
  const [has, needs] = [compared(found), compared(derived)];
  const differing = Object.keys(needs).find((name) => has[name] !== needs[name]);
  if (differing === undefined) return [];
  const at = found.resource.body;
  return [
    {
      place: (at.get(differing) ?? at).place,
      message: `alarm ${found.name} has ${differing} ${has[differing]}; the plan needs ${needs[differing]}, so that it fires when ${conditionText(derived)}`,
      remedy: 'restore the condition, or change what the plan promises',
      lacks: lackIn(at, `"${differing}"`),
    },
  ];
}

function checkActions(alarms: readonly AlarmFacts[]): Breach[] {
  return alarms.flatMap(({ name, active, topics, resource: { body } }) => {
    const breach = (at: Located | undefined, message: string, missing?: string): Breach[] => [
      {
        place: (at ?? body).place,
        message: `alarm ${name} ${message}`,
        remedy: 'give it an AlarmAction on the topic of the alerts, and enable its actions',
        ...(missing !== undefined && { lacks: lackIn(at ?? body, missing) }),
      },
    ];
    if (!active) return breach(body.get('ActionsEnabled'), 'has its actions disabled');
    if (topics.length === 0) {
      return breach(body.get('AlarmActions'), 'has no action: it tells nobody', 'AlarmActions');
    }
    const lost = topics.find((topic) => !topic.known);
    return lost
      ? breach(body.get('AlarmActions'), `notifies ${lost.name}, which no template has`)
      : [];
  });
}

/** Once for each topic, however many alarms it has. */
function checkAddresses(alarms: readonly AlarmFacts[], compiled: CompiledPlan): Breach[] {
  const topics = new Map(
    alarms.flatMap(({ topics: all }) =>
      all.filter(({ known }) => known).map((topic) => [`${topic.file} ${topic.name}`, topic]),
    ),
  );
  const { email, https = [] } = compiled.alerts;
  return [...topics.values()].flatMap((topic) =>
    [...email, ...https]
      .map((address) => [spoken(address), address] as const)
      .filter(([named]) => !topic.addresses.includes(named))
      .map(([named, address]) => ({
        place: { file: topic.file, line: 1, resource: topic.name },
        message: `nobody tells ${named}: it is not subscribed to the alerts of ${topic.name}`,
        remedy: `add an AWS::SNS::Subscription of ${named} to ${topic.name}`,
        lacks: lackAnywhere(address),
      })),
  );
}
