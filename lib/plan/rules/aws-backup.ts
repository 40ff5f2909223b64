import { resolveAwsBackup } from '../aws-backup/resolve.ts';
import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { checkBackupAudit } from './aws-backup/audit.ts';
import { checkBackupCopies } from './aws-backup/copies.ts';
import { checkBackupKinds } from './aws-backup/kinds.ts';
import { checkBackupLifecycle } from './aws-backup/lifecycle.ts';
import { checkBackupSchedules } from './aws-backup/schedules.ts';
import { checkVaultLock } from './aws-backup/vault-lock.ts';

/** What AWS Backup refuses at deployment, ignores without a word, or does in another way than the plan says. */
export function checkAwsBackup(plan: CheckedPlan): Finding[] {
  const awsBackup = resolveAwsBackup(plan);
  if (!awsBackup) return [];
  return [
    checkVaultLock,
    checkBackupLifecycle,
    checkBackupKinds,
    checkBackupCopies,
    checkBackupSchedules,
    checkBackupAudit,
  ].flatMap((check) => check(plan, awsBackup));
}
