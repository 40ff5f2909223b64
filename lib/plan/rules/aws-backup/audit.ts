import { auditControls } from '../../aws-backup/audit-controls.ts';
import { LIMITS } from '../../aws-backup/capabilities.ts';
import { compileAwsBackup, type ResolvedAwsBackup } from '../../aws-backup/resolve.ts';
import type { CheckedPlan } from '../../compile.ts';
import type { Finding } from '../../findings.ts';

/** Two controls for each tier of each group: many groups come to more than AWS Backup Audit Manager takes. */
export function checkBackupAudit(plan: CheckedPlan, awsBackup: ResolvedAwsBackup): Finding[] {
  const { length } = auditControls(compileAwsBackup(plan, awsBackup), { ...plan, breakGlass: [] });
  if (length <= LIMITS.controls) return [];
  return [
    {
      code: 'TM828',
      severity: 'error',
      path: awsBackup.pathOf('groups'),
      message: `the groups come to ${length} controls of AWS Backup Audit Manager, which allows ${LIMITS.controls} in an account and region`,
      value: awsBackup.groups.map(({ name }) => name),
      remedy: 'put kinds of resources that are kept alike into one group',
    },
  ];
}
