import type { ResolvedAwsBackup, ResolvedGroup } from '../../aws-backup/resolve.ts';
import type { CheckedPlan } from '../../compile.ts';
import type { Finding } from '../../findings.ts';
import { keepSeconds } from '../../proof/series.ts';
import { daysText } from '../keeps.ts';
import { ruleText } from './rule-text.ts';

/** What remains when the region, or the recovery points in it, are gone. */
export function checkBackupCopies(_plan: CheckedPlan, awsBackup: ResolvedAwsBackup): Finding[] {
  return awsBackup.groups.flatMap((group) => [
    ...shorter(awsBackup, group),
    ...withoutCopy(awsBackup, group),
    ...withoutTest(awsBackup, group),
  ]);
}

function shorter(awsBackup: ResolvedAwsBackup, { name, group, rules }: ResolvedGroup): Finding[] {
  return rules
    .filter(({ copy, keepDays }) => copy && keepSeconds(copy.keepDays) < keepSeconds(keepDays))
    .map((rule) => ({
      code: 'TM819',
      severity: 'error',
      path: awsBackup.pathOf('groups', name, 'copyKeep'),
      message: `${ruleText(name, rule)} is promised for ${daysText(rule.keepDays)}, but its copy is kept ${daysText(rule.copy?.keepDays ?? null)}: after that, the loss of one region is the loss of it`,
      value: group.copyKeep,
      remedy: 'leave copyKeep out: copies are then kept as long as what they are copied from',
    }));
}

function withoutCopy(
  awsBackup: ResolvedAwsBackup,
  { name, group, rules }: ResolvedGroup,
): Finding[] {
  if (rules.some(({ copy }) => copy)) return [];
  const onlyContinuous = group.copy === 'replica';
  return [
    {
      code: 'TM820',
      severity: 'warning',
      path: awsBackup.pathOf('groups', name, onlyContinuous ? 'protect' : 'copy'),
      message: `nothing of ${name} is copied to the replica region${onlyContinuous ? ': continuous backup stays where it is' : ''}`,
      value: onlyContinuous ? group.protect : group.copy,
      remedy: onlyContinuous
        ? "add a full row, such as full({ at: '02:00' }): its recovery points are copied"
        : "leave copy out, or write copy: 'replica'",
    },
  ];
}

function withoutTest(awsBackup: ResolvedAwsBackup, { name, group }: ResolvedGroup): Finding[] {
  if (group.verify.restore !== undefined) return [];
  return [
    {
      code: 'TM826',
      severity: 'warning',
      path: awsBackup.pathOf('groups', name, 'verify'),
      message: `no recovery point of ${name} is ever restored to see that it can be`,
      value: group.verify,
      remedy: "add verify: { restore: 'monthly' }: AWS Backup restores and removes again",
    },
  ];
}
