import { LIMITS } from '../../aws-backup/capabilities.ts';
import type { ResolvedAwsBackup, ResolvedGroup } from '../../aws-backup/resolve.ts';
import type { ResolvedRule } from '../../aws-backup/rows.ts';
import type { Finding } from '../../findings.ts';
import { formatSeconds } from '../../values/duration.ts';

/** Whether AWS Backup accepts the times in which jobs of a group may start and end. */
export const checkBackupWindows = (
  awsBackup: ResolvedAwsBackup,
  group: ResolvedGroup,
): Finding[] => [
  ...startWindow(awsBackup, group),
  ...group.rules.flatMap((rule) => completionWindow(awsBackup, group, rule)),
];

function startWindow(
  awsBackup: ResolvedAwsBackup,
  { name, group, rules }: ResolvedGroup,
): Finding[] {
  const path = awsBackup.pathOf('groups', name, 'startWithin');
  const value = group.startWithin;
  const minutes = rules[0]?.startMinutes ?? LIMITS.startMinutes;
  if (minutes < LIMITS.startMinutes) {
    return [
      {
        code: 'TM822',
        severity: 'error',
        path,
        message: `a job is given up if it has not started within ${minutes} min, but AWS Backup wants ${LIMITS.startMinutes} min at least`,
        value,
        remedy: "write '1h' or more",
      },
    ];
  }
  const gap = Math.min(...rules.flatMap((r) => (r.schedule ? [r.shortestGapSeconds] : [])));
  if (minutes * 60 <= Math.max(gap, LIMITS.scheduleGapSeconds)) return [];
  return [
    {
      code: 'TM822',
      severity: 'error',
      path,
      message: `a job may start up to ${minutes} min late, but the next one starts after ${formatSeconds(gap)}: AWS Backup takes one for both`,
      value,
      remedy: `write ${formatSeconds(gap)} or less`,
    },
  ];
}

function completionWindow(
  awsBackup: ResolvedAwsBackup,
  group: ResolvedGroup,
  rule: ResolvedRule,
): Finding[] {
  const shortest = rule.startMinutes + LIMITS.completionAfterStartMinutes;
  if (rule.completionMinutes >= shortest) return [];
  const row = group.group.protect[rule.row];
  return [
    {
      code: 'TM822',
      severity: 'error',
      path: awsBackup.pathOf('groups', group.name, 'protect', rule.row, 'within'),
      message: `a job may take ${rule.completionMinutes} min, but AWS Backup wants an hour more than the ${rule.startMinutes} min in which it may start`,
      value: row && 'within' in row ? row.within : undefined,
      remedy: `write '${shortest}m' or more`,
    },
  ];
}
