import { LIMITS } from '../../aws-backup/capabilities.ts';
import type { ResolvedAwsBackup, ResolvedGroup } from '../../aws-backup/resolve.ts';
import { defaultKeep, type ResolvedRule } from '../../aws-backup/rows.ts';
import type { CheckedPlan } from '../../compile.ts';
import type { Finding } from '../../findings.ts';
import { keepSeconds } from '../../proof/series.ts';
import { formatSeconds } from '../../values/duration.ts';
import { retentionClass } from '../../values/retention.ts';
import { daysText } from '../keeps.ts';
import { ruleText } from './rule-text.ts';

/** Restoring from cold storage takes hours (an archived snapshot of EBS up to three days), and the first week is when it is wanted. */
const FIRST_WEEK_DAYS = 7;

export function checkBackupLifecycle(plan: CheckedPlan, awsBackup: ResolvedAwsBackup): Finding[] {
  return awsBackup.groups.flatMap((group) => [
    ...belowEnvironment(plan, awsBackup, group),
    ...coldInTheFirstWeek(awsBackup, group),
    ...coldWithoutKeep(awsBackup, group),
    ...group.rules.flatMap((rule, index) => [
      ...coldTooShort(awsBackup, group, rule),
      ...tooLong(awsBackup, group, rule),
      ...tiersReversed(awsBackup, group, rule, group.rules[index - 1]),
    ]),
  ]);
}

const keepPath = (awsBackup: ResolvedAwsBackup, { name }: ResolvedGroup, { row }: ResolvedRule) =>
  awsBackup.pathOf('groups', name, 'protect', row, 'keep');

const keepValue = ({ group }: ResolvedGroup, { row }: ResolvedRule): unknown =>
  group.protect[row]?.keep;

function coldTooShort(
  awsBackup: ResolvedAwsBackup,
  group: ResolvedGroup,
  rule: ResolvedRule,
): Finding[] {
  const { coldAfterDays } = rule;
  if (coldAfterDays === null) return [];
  const shortest = coldAfterDays + LIMITS.coldDays;
  return [rule.keepDays, ...(rule.copy ? [rule.copy.keepDays] : [])]
    .filter((kept) => kept !== null && kept < shortest)
    .slice(0, 1)
    .map((kept) => ({
      code: 'TM814',
      severity: 'error',
      path: keepPath(awsBackup, group, rule),
      message: `${ruleText(group.name, rule)} moves to cold storage after ${coldAfterDays} d and is deleted after ${daysText(kept)}: AWS Backup wants ${LIMITS.coldDays} d in between`,
      value: keepValue(group, rule),
      remedy: `keep it and its copy at least '${shortest}d', or take '${rule.tier}' out of cold`,
    }));
}

function coldInTheFirstWeek(
  awsBackup: ResolvedAwsBackup,
  { name, group, rules }: ResolvedGroup,
): Finding[] {
  const after = rules.find(({ coldAfterDays }) => coldAfterDays !== null)?.coldAfterDays ?? null;
  if (after === null || after >= FIRST_WEEK_DAYS) return [];
  return [
    {
      code: 'TM815',
      severity: 'warning',
      path: awsBackup.pathOf('groups', name, 'coldAfter'),
      message: `recovery points of ${name} are in cold storage after ${after} d, where a restore takes hours longer: most are wanted in the first ${FIRST_WEEK_DAYS} d`,
      value: group.coldAfter,
      remedy: `write '${FIRST_WEEK_DAYS}d' or more, such as '30d'`,
    },
  ];
}

function coldWithoutKeep(awsBackup: ResolvedAwsBackup, { name, group, rules }: ResolvedGroup) {
  return group.protect.flatMap((row, index): Finding[] => {
    const cold = row.kind === 'full' ? (row.cold ?? []) : [];
    const kept = rules.filter((rule) => rule.row === index).map(({ tier }) => tier);
    return cold
      .filter((tier) => !kept.includes(tier))
      .map((tier) => ({
        code: 'TM302',
        severity: 'error',
        path: awsBackup.pathOf('groups', name, 'protect', index, 'cold'),
        message: `${tier} recovery points shall move to cold storage, but the row keeps only ${kept.join(', ')} ones`,
        value: cold,
        remedy: `add '${tier}' to keep, such as keep: { ${tier}: '1y' }, or take it out of cold`,
      }));
  });
}

/** Where rules start together, AWS Backup takes the one that keeps longer: the other tier would never be taken. */
function tiersReversed(
  awsBackup: ResolvedAwsBackup,
  group: ResolvedGroup,
  longer: ResolvedRule,
  shorter: ResolvedRule | undefined,
): Finding[] {
  if (!shorter || shorter.row !== longer.row) return [];
  if (keepSeconds(shorter.keepDays) <= keepSeconds(longer.keepDays)) return [];
  return [
    {
      code: 'TM304',
      severity: 'error',
      path: keepPath(awsBackup, group, longer),
      message: `${ruleText(group.name, shorter)} is kept ${daysText(shorter.keepDays)}, but the ${longer.tier} one only ${daysText(longer.keepDays)}`,
      value: keepValue(group, longer),
      remedy: `keep ${longer.tier} recovery points at least as long as ${shorter.tier} ones, or leave that tier out`,
    },
  ];
}

function tooLong(
  awsBackup: ResolvedAwsBackup,
  group: ResolvedGroup,
  rule: ResolvedRule,
): Finding[] {
  const longest = Math.max(rule.keepDays ?? 0, rule.copy?.keepDays ?? 0);
  if (longest <= LIMITS.keepDays) return [];
  return [
    {
      code: 'TM829',
      severity: 'error',
      path: keepPath(awsBackup, group, rule),
      message: `${ruleText(group.name, rule)} is kept ${longest} d, but AWS Backup counts to ${LIMITS.keepDays} d`,
      value: keepValue(group, rule),
      remedy: "write '99y' or less, or 'forever'",
    },
  ];
}

/** An explicit `keep` goes before the environment's retention; that it falls short of it must be meant. */
function belowEnvironment(
  plan: CheckedPlan,
  awsBackup: ResolvedAwsBackup,
  { name, group, rules }: ResolvedGroup,
): Finding[] {
  const expected = retentionClass(defaultKeep(plan, group)).days;
  const longest = Math.max(...rules.map(({ keepDays }) => keepSeconds(keepDays)));
  if (longest >= keepSeconds(expected)) return [];
  return [
    {
      code: 'TM309',
      severity: 'warning',
      path: awsBackup.pathOf('groups', name, 'protect'),
      message: `nothing of ${name} is kept longer than ${formatSeconds(longest)}, but environment ${plan.environment} keeps such resources ${daysText(expected)}`,
      value: group.protect,
      remedy: `add a longer tier, or write awsBackup in environments.${plan.environment} with one`,
    },
  ];
}
