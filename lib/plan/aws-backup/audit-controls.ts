import { SECONDS_PER_DAY } from '../values/duration.ts';
import type { CompiledAwsBackup, CompiledBackupGroup, CompiledBackupRule } from './compiled.ts';
import { ruleTag, TAG } from './tags.ts';

/** A control of AWS Backup Audit Manager: what is looked at is what has the tag. */
export interface AuditControl {
  readonly name: string;
  readonly tag: { readonly key: string; readonly value: string };
  readonly parameters: Readonly<Record<string, string>>;
}

interface Surroundings {
  readonly regions: { readonly replica: string };
  readonly objectives: { readonly rtoSeconds: number };
  /** ARNs of the roles that may remove recovery points. */
  readonly breakGlass: readonly string[];
}

/** The most that the controls' parameters can say. */
const MOST = { hours: 24, days: 31, ageHours: 744 } as const;

const HOUR = 3600;

/**
 * What AWS itself shall check every day, with the days of each tier: left alone, its controls ask for 35 days of
 * everything, too little for what is kept for years and too much for what is kept for a week.
 */
export function auditControls(
  awsBackup: CompiledAwsBackup,
  { regions, objectives, breakGlass }: Surroundings,
): AuditControl[] {
  const vault = { key: TAG.vault, value: awsBackup.vault };
  return [
    ...awsBackup.groups.flatMap((group) => group.rules.flatMap((rule) => ofRule(group, rule))),
    ...byTag(awsBackup).flatMap((groups) =>
      ofTag(awsBackup, groups, regions.replica, objectives.rtoSeconds),
    ),
    { name: 'BACKUP_RECOVERY_POINT_ENCRYPTED', tag: vault, parameters: {} },
    {
      name: 'BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED',
      tag: vault,
      parameters: breakGlass.length > 0 ? { principalArnList: breakGlass.join(',') } : {},
    },
  ];
}

/** What is kept for ever is kept as long as any number asks for: there is nothing to check by days. */
function ofRule(group: CompiledBackupGroup, rule: CompiledBackupRule): AuditControl[] {
  if (rule.keepDays === null) return [];
  const requiredRetentionDays = `${rule.keepDays}`;
  const frequency = rule.tier === null ? undefined : frequencyOf(rule.everySeconds);
  return [
    ...(frequency
      ? [
          {
            name: 'BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK',
            tag: { key: TAG.plan, value: group.plan },
            parameters: { ...frequency, requiredRetentionDays },
          },
        ]
      : []),
    {
      name: 'BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK',
      tag: { key: TAG.rule, value: ruleTag(group, rule) },
      parameters: { requiredRetentionDays },
    },
  ];
}

/** A change of clocks makes a day an hour longer, which is still daily. Undefined where a control cannot say it. */
function frequencyOf(everySeconds: number): Record<string, string> | undefined {
  const hours = Math.ceil(everySeconds / HOUR);
  if (hours < MOST.hours) {
    return { requiredFrequencyUnit: 'hours', requiredFrequencyValue: `${hours}` };
  }
  const days = Math.round(everySeconds / SECONDS_PER_DAY);
  if (days > MOST.days) return undefined;
  return { requiredFrequencyUnit: 'days', requiredFrequencyValue: `${days}` };
}

/** Groups whose resources have the same tag are one to a control. */
function byTag({ groups }: CompiledAwsBackup): CompiledBackupGroup[][] {
  const tags = new Map<string, CompiledBackupGroup[]>();
  for (const group of groups) {
    const key = JSON.stringify([group.tag.key, group.tag.value]);
    tags.set(key, [...(tags.get(key) ?? []), group]);
  }
  return [...tags.values()];
}

function ofTag(
  { lock }: CompiledAwsBackup,
  groups: readonly CompiledBackupGroup[],
  replica: string,
  rtoSeconds: number,
): AuditControl[] {
  const of = (name: string, parameters: AuditControl['parameters'] = {}): AuditControl[] =>
    groups.slice(0, 1).map(({ tag }) => ({ name, tag, parameters }));
  // The newest recovery point of a group is as old as its most frequent rule allows; the slowest group decides.
  const ages = groups.map(({ rules }) => Math.min(...rules.map((rule) => rule.overdueSeconds)));
  const ageHours = Math.ceil(Math.max(...ages) / HOUR);
  const copied = groups.every(({ rules }) => rules.some(({ copy }) => copy));
  const tested = groups.every(({ restoreTest }) => restoreTest);
  return [
    ...of('BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN'),
    ...(ageHours <= MOST.ageHours
      ? of('BACKUP_LAST_RECOVERY_POINT_CREATED', {
          recoveryPointAgeUnit: 'hours',
          recoveryPointAgeValue: `${ageHours}`,
        })
      : []),
    ...(copied
      ? of('BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION', { crossRegionList: replica })
      : []),
    ...(lock
      ? of('BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK', {
          minRetentionDays: `${lock.minDays}`,
          ...(lock.maxDays !== null && { maxRetentionDays: `${lock.maxDays}` }),
        })
      : []),
    ...(tested
      ? of('RESTORE_TIME_FOR_RESOURCES_MEET_TARGET', {
          maxRestoreTime: `${Math.max(1, Math.floor(rtoSeconds / 60))}`,
        })
      : []),
  ];
}
