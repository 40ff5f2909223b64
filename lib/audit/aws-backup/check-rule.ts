import type {
  CompiledAwsBackup,
  CompiledBackupGroup,
  CompiledBackupRule,
} from '../../plan/aws-backup/compiled.ts';
import { copyDays } from '../../plan/aws-backup/copy-days.ts';
import { awsCron } from '../../verification/aws-cron.ts';
import { type Breach, lackAnywhere, lackIn } from '../breach.ts';
import type { Located } from '../located.ts';
import type { BackupPlanFacts, LifeFacts, RuleFacts } from './read.ts';

export interface NeededRule {
  readonly awsBackup: CompiledAwsBackup;
  readonly group: CompiledBackupGroup;
  readonly rule: CompiledBackupRule;
  /** ARN of the vault that recovery points are copied to. */
  readonly copyTo: string;
}

/** The rule of a tier among those of a plan. */
export const ruleOf = (
  plan: BackupPlanFacts | undefined,
  { name }: CompiledBackupRule,
): RuleFacts | undefined => plan?.rules.find((rule) => rule.name === name);

/** Whether recovery points are taken when promised, kept as long as promised, and copied. */
export function checkRule(plan: BackupPlanFacts, needed: NeededRule): Breach[] {
  const { group, rule } = needed;
  const found = ruleOf(plan, rule);
  const about = `rule ${rule.name} of backup plan ${group.plan}`;
  if (!found) {
    return [
      {
        place: (plan.resource.body.get('BackupPlan', 'BackupPlanRule') ?? plan.resource.whole)
          .place,
        message: `${about} is missing; the plan needs it at ${awsCron(rule.schedule)} ${rule.schedule.timezone}`,
        remedy: 'restore the rule: synthesise again',
        lacks: lackAnywhere(`"RuleName": "${rule.name}"`),
      },
    ];
  }
  return [...checkTimes(found, needed, about), ...checkLives(found, needed, about)];
}

const REMEDY = 'restore the rule, or change what the plan promises';

const breach = (at: Located, message: string, missing: string): Breach => ({
  place: at.place,
  message,
  remedy: REMEDY,
  lacks: lackIn(at, missing),
});

/** Each property that says when, with what it is and what it has to be. */
function checkTimes(
  { at, ...found }: RuleFacts,
  { awsBackup, rule }: NeededRule,
  about: string,
): Breach[] {
  const compared = [
    ['ScheduleExpression', found.expression, awsCron(rule.schedule)],
    ['ScheduleExpressionTimezone', found.timezone, rule.schedule.timezone],
    ['StartWindowMinutes', at.number('StartWindowMinutes'), rule.startWindowMinutes],
    ['CompletionWindowMinutes', at.number('CompletionWindowMinutes'), rule.completionWindowMinutes],
    ['EnableContinuousBackup', found.continuous, rule.tier === null],
    // That a vault is missing is said of the vault.
    ['TargetBackupVault', found.vault ?? awsBackup.vault, awsBackup.vault],
  ] as const;
  return compared
    .filter(([, is, needed]) => is !== needed)
    .map(([property, is, needed]) =>
      breach(
        at.get(property) ?? at,
        `${about} has ${property} ${is === undefined || is === '' ? 'not set' : is}; the plan needs ${needed}`,
        `"${property}"`,
      ),
    );
}

function checkLives(found: RuleFacts, { rule, copyTo }: NeededRule, about: string): Breach[] {
  const own = lifeBreaches(found.at, found.life, rule, `${about} keeps recovery points`);
  if (!rule.copy) return own;
  const copy = found.copies.find(({ vaultArn }) => vaultArn === copyTo);
  if (copy) {
    const life = { keepDays: copyDays(rule), coldAfterDays: rule.coldAfterDays };
    return [...own, ...lifeBreaches(copy.at, copy.life, life, `${about} keeps copies`)];
  }
  const elsewhere = found.copies.map(({ vaultArn }) => vaultArn).join(', ');
  return [
    ...own,
    breach(
      found.copies[0]?.at.get('DestinationBackupVaultArn') ??
        found.at.get('CopyActions') ??
        found.at,
      `${about} copies ${elsewhere === '' ? 'nothing' : `to ${elsewhere}`}; the plan needs copies in ${copyTo}`,
      'CopyActions',
    ),
  ];
}

function lifeBreaches(
  at: Located,
  found: LifeFacts,
  needed: Pick<CompiledBackupRule, 'keepDays' | 'coldAfterDays'>,
  what: string,
): Breach[] {
  const where = (property: string): Located =>
    at.get('Lifecycle', property) ?? at.get('Lifecycle') ?? at;
  return [
    ...(found.keepDays === needed.keepDays
      ? []
      : [
          breach(
            where('DeleteAfterDays'),
            `${what} ${daysText(found.keepDays)}; the plan needs ${daysText(needed.keepDays)}`,
            'DeleteAfterDays',
          ),
        ]),
    ...(found.coldAfterDays === needed.coldAfterDays
      ? []
      : [
          breach(
            where('MoveToColdStorageAfterDays'),
            `${what} cold ${afterText(found.coldAfterDays)}; the plan needs ${afterText(needed.coldAfterDays)}`,
            'MoveToColdStorageAfterDays',
          ),
        ]),
  ];
}

const daysText = (days: number | null): string => (days === null ? 'for ever' : `for ${days} d`);
const afterText = (days: number | null): string => (days === null ? 'never' : `after ${days} d`);
