import { LIMITS } from '../../aws-backup/capabilities.ts';
import type { ResolvedAwsBackup, ResolvedGroup } from '../../aws-backup/resolve.ts';
import type { ResolvedRule } from '../../aws-backup/rows.ts';
import type { CheckedPlan } from '../../compile.ts';
import type { Finding } from '../../findings.ts';
import { REFERENCE } from '../../protections.ts';
import { formatSeconds } from '../../values/duration.ts';
import { runs } from '../../values/schedule.ts';
import { ruleText } from './rule-text.ts';
import { checkBackupWindows } from './windows.ts';

const MINUTE = 60_000;
/** Days in which starts are compared: every weekday and every date is among them. */
const COMPARED_DAYS = 62;

/** Whether AWS Backup can start at these times, and does. */
export function checkBackupSchedules(_plan: CheckedPlan, awsBackup: ResolvedAwsBackup): Finding[] {
  return awsBackup.groups.flatMap((group) => [
    ...checkBackupWindows(awsBackup, group),
    ...group.rules.flatMap((rule) => [
      ...withoutSchedule(awsBackup, group, rule),
      ...tooOften(awsBackup, group, rule),
      ...eitherDay(awsBackup, group, rule),
    ]),
    ...together(awsBackup, group),
  ]);
}

const rowPath = (awsBackup: ResolvedAwsBackup, { name }: ResolvedGroup, { row }: ResolvedRule) =>
  awsBackup.pathOf('groups', name, 'protect', row);

function withoutSchedule(
  awsBackup: ResolvedAwsBackup,
  group: ResolvedGroup,
  rule: ResolvedRule,
): Finding[] {
  if (rule.schedule) return [];
  return [
    {
      code: 'TM823',
      severity: 'error',
      path: `${rowPath(awsBackup, group, rule)}.keep`,
      message: `no schedule gives ${ruleText(group.name, rule)}: a row has its own tier, and longer ones only if it starts every day`,
      value: group.group.protect[rule.row]?.keep,
      remedy: `write a row for it, such as full({ cron: '0 2 1 * *', keep: { monthly: '1y' } })`,
    },
  ];
}

function tooOften(
  awsBackup: ResolvedAwsBackup,
  group: ResolvedGroup,
  rule: ResolvedRule,
): Finding[] {
  const { schedule, shortestGapSeconds } = rule;
  if (!schedule || shortestGapSeconds >= LIMITS.scheduleGapSeconds) return [];
  return [
    {
      code: 'TM821',
      severity: 'error',
      path: rowPath(awsBackup, group, rule),
      message: `${ruleText(group.name, rule)} starts ${formatSeconds(shortestGapSeconds)} apart, but AWS Backup takes one an hour at most`,
      value: schedule,
      remedy: "write every: '1h' or less often; continuous backup is for what must be finer",
    },
  ];
}

function eitherDay(
  awsBackup: ResolvedAwsBackup,
  group: ResolvedGroup,
  rule: ResolvedRule,
): Finding[] {
  const [, , date, , weekday] = rule.schedule?.cron.split(' ') ?? [];
  if (date === undefined || date === '*' || weekday === '*') return [];
  return [
    {
      code: 'TM827',
      severity: 'error',
      path: `${rowPath(awsBackup, group, rule)}.cron`,
      message: `${JSON.stringify(rule.schedule?.cron)} names a date and a day of the week, which is either in cron and impossible in AWS`,
      value: rule.schedule?.cron,
      remedy: "write '*' for one of them, and a second row for the other",
    },
  ];
}

/** Starts in one window are one backup for AWS, under the rule that keeps longest: wanted of tiers, not of other rows. */
function together(awsBackup: ResolvedAwsBackup, group: ResolvedGroup): Finding[] {
  const to = new Date(REFERENCE.getTime() + COMPARED_DAYS * 1440 * MINUTE);
  const starts = (rule: ResolvedRule): number[] =>
    rule.schedule ? [...runs(rule.schedule, REFERENCE, to)].map((at) => at.getTime()) : [];
  const found = group.rules.flatMap((later, index) =>
    group.rules.slice(0, index).flatMap((earlier) => {
      const window = later.startMinutes * MINUTE;
      // What starts in every window meets everything else: there is no other time to choose.
      const gap = Math.min(earlier.shortestGapSeconds, later.shortestGapSeconds) * 1000;
      if (earlier.row === later.row || gap <= window) return [];
      const others = starts(earlier);
      const at = starts(later).find((start) =>
        others.some((other) => Math.abs(start - other) < window),
      );
      return at === undefined ? [] : [{ earlier, later, at }];
    }),
  );
  return found.slice(0, 1).map(({ earlier, later, at }) => ({
    code: 'TM824',
    severity: 'warning',
    path: rowPath(awsBackup, group, later),
    message: `${ruleText(group.name, earlier)} and ${ruleText(group.name, later)} start within ${later.startMinutes} min of each other, such as at ${new Date(at).toISOString()}: AWS Backup takes only the one that is kept longer`,
    value: later.schedule,
    remedy: `start one of the rows at least ${later.startMinutes} min later, or write one row with both tiers`,
  }));
}
