import { isOn, referenced, textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource } from '../template.ts';
import { spokenOf } from './alarms.ts';
import { type Files, type Topic, topicOf } from './topics.ts';

/** An alert that compares no metric: an alarm that combines others, or a rule that tells of events. */
export interface NoticeFacts {
  readonly kind: 'composite' | 'event';
  readonly resource: Resource;
  readonly name: string;
  /** What makes it tell, in words. */
  readonly condition: string;
  /** The same as the template has it. */
  readonly rule: Located | undefined;
  readonly severity: string;
  readonly runbook: string | null;
  /** False where it is told to do nothing. */
  readonly active: boolean;
  readonly topics: readonly Topic[];
}

export function readNotices(resources: readonly Resource[]): NoticeFacts[] {
  const files = Map.groupBy(resources, ({ file }) => file);
  return [
    ...ofType(resources, 'AWS::CloudWatch::CompositeAlarm').map((one) => composite(one, files)),
    ...ofType(resources, 'AWS::Events::Rule').flatMap((one) => event(one, files)),
  ];
}

function composite(resource: Resource, files: Files): NoticeFacts {
  const { body } = resource;
  const name = textOf(body.get('AlarmName')?.value ?? resource.id);
  const rule = body.get('AlarmRule');
  const enabled = body.get('ActionsEnabled');
  return {
    kind: 'composite',
    resource,
    name,
    condition: combined(textOf(rule?.value ?? ''), resource, files),
    rule,
    ...spokenOf(name, body.text('AlarmDescription') ?? ''),
    active: enabled === undefined || isOn(enabled),
    topics: (body.get('AlarmActions')?.items() ?? []).map((one) => topicOf(one, resource, files)),
  };
}

const ALARM = /ALARM\("\$?\{?([^"}]+)\}?"\)/g;

/** `any of backup-failed, backup-missing`; any other rule as it is written. */
function combined(rule: string, { file }: Resource, files: Files): string {
  const alarms = ofType(files.get(file) ?? [], 'AWS::CloudWatch::Alarm');
  const names = [...rule.matchAll(ALARM)].map(([, found = '']) => {
    const id = found.replace(/\.Arn$/, '');
    const alarm = alarms.find((one) => one.id === id);
    return shortName(alarm ? textOf(alarm.body.get('AlarmName')?.value ?? id) : found);
  });
  const onlyOr = rule.replaceAll(ALARM, '').replaceAll(/[()\s]|OR/g, '') === '';
  return onlyOr && names.length > 0 ? `any of ${names.join(', ')}` : rule;
}

/** What an alarm is about, of its whole name or ARN. */
const shortName = (name: string): string =>
  name.slice(name.lastIndexOf('/') + 1).replace(/ \[[a-z]+\]$/, '');

/** Only rules that tell people: others start something. */
function event(resource: Resource, files: Files): NoticeFacts[] {
  const { body } = resource;
  const topics = (body.get('Targets')?.items() ?? []).flatMap((target) => {
    const arn = target.get('Arn');
    const topic = arn && topicOf(arn, resource, files);
    return topic && (topic.known || topic.name.includes(':sns:')) ? [topic] : [];
  });
  if (topics.length === 0 && !isToTell(resource)) return [];
  const rule = body.get('EventPattern');
  const name = eventName(resource, files);
  return [
    {
      kind: 'event',
      resource,
      name,
      condition: eventText(rule),
      rule,
      ...spokenOf(name, body.text('Description') ?? ''),
      active: (body.text('State') ?? 'ENABLED') === 'ENABLED',
      topics,
    },
  ];
}

/** Its description says how bad the event is, which one of a rule that starts something does not. */
const isToTell = ({ body }: Resource): boolean =>
  /^(critical|warning): /.test(body.text('Description') ?? '');

/** By the alarm that shows the state of the rule, if there is one. */
function eventName(resource: Resource, files: Files): string {
  const alarm = ofType(files.get(resource.file) ?? [], 'AWS::CloudWatch::Alarm').find(({ body }) =>
    (body.get('Dimensions')?.items() ?? []).some(
      (at) => at.text('Name') === 'RuleName' && referenced(at.get('Value')?.value) === resource.id,
    ),
  );
  const name = textOf(alarm?.body.get('AlarmName')?.value ?? resource.id);
  return name.replace(/( \[[a-z]+\])?$/, ' event$1');
}

/** What tells events of one kind apart. */
const TELLING = new Set(['eventName', 'state', 'status', 'deletion-type']);

/** `AWS API Call via CloudTrail: DisableKey, ScheduleKeyDeletion`. */
function eventText(pattern: Located | undefined): string {
  const kinds = (pattern?.get('detail-type')?.items() ?? []).map((at) => textOf(at.value));
  const values = pattern ? valuesOf(pattern) : [];
  return `${kinds.join(' or ')}${values.length === 0 ? '' : `: ${values.join(', ')}`}`;
}

function valuesOf(at: Located): string[] {
  return [...at.entries(), ...at.items().map((item) => ['', item] as const)].flatMap(
    ([key, value]) => (TELLING.has(key) ? value.items().map(wanted) : valuesOf(value)),
  );
}

/** `PutBucket…` for a prefix. */
function wanted(at: Located): string {
  const prefix = at.text('prefix');
  return prefix === undefined ? textOf(at.value) : `${prefix}…`;
}
