import { Construct } from 'constructs';
import { EventAlert, type EventDestination } from '../alerting/event-alert.ts';
import type { RunbookSection, Severity } from '../alerting/runbook.ts';
import type { CompiledAwsBackup } from '../plan/aws-backup/compiled.ts';
import { vaultArn } from '../plan/aws-backup/names.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { vaultKeyUsers } from './service-roles.ts';
import { TAMPERING } from './vault-policy.ts';

/** A job that ended without all of what it was for. */
const FAILED = ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'];

export interface VaultAlertsProps extends EventDestination {
  readonly compiled: CompiledPlan;
  readonly awsBackup: CompiledAwsBackup;
}

interface Alert {
  readonly id: string;
  readonly severity: Severity;
  readonly section: RunbookSection;
  readonly description: string;
  readonly detailType: string;
  readonly detail: Record<string, unknown>;
  /** Where the event says what it is about, and why. */
  readonly about: string;
  readonly because: string;
}

/**
 * Tells of every job that did not do all it was for. AWS Backup sends events as well as it can and no more: that
 * something is missing without one is found by the age of the newest recovery point.
 */
export class VaultAlerts extends Construct {
  constructor(scope: Construct, id: string, props: VaultAlertsProps) {
    super(scope, id);
    for (const { id: kind, detailType, detail, about, because, ...alert } of alerts(props)) {
      new EventAlert(this, kind, {
        ...props,
        ...alert,
        subject: props.awsBackup.vault,
        pattern: { source: ['aws.backup'], detailType: [detailType], detail },
        fields: { about, because },
      });
    }
  }
}

function alerts({ compiled, awsBackup }: VaultAlertsProps): Alert[] {
  const job = {
    severity: 'critical',
    section: 'backup-job-failed',
    description: 'a backup was not taken, or not all of it',
    detailType: 'Backup Job State Change',
    about: '$.detail.resourceArn',
    because: '$.detail.statusMessage',
  } as const;
  const vault = { backupVaultName: [awsBackup.vault] };
  const [primary, replica] = (['primary', 'replica'] as const).map((side) =>
    vaultArn(compiled, awsBackup, side),
  );
  return [
    { ...job, id: 'BackupFailed', detail: { ...vault, state: FAILED } },
    // The console calls it "completed with issues": parts of the resource may be missing.
    {
      ...job,
      id: 'BackupWithIssues',
      severity: 'warning',
      section: 'backup-job-with-issues',
      description: 'parts of a resource may be missing from its backup',
      detail: { ...vault, state: ['COMPLETED'], statusMessage: [{ 'anything-but': [''] }] },
    },
    {
      ...job,
      id: 'CopyFailed',
      section: 'copy-job-failed',
      description: 'a backup exists in one region only',
      detailType: 'Copy Job State Change',
      detail: {
        state: FAILED,
        sourceBackupVaultArn: [primary],
        destinationBackupVaultArn: [replica],
      },
    },
    {
      ...job,
      id: 'RestoreFailed',
      section: 'restore-job-failed',
      description: 'a restore or a restore test did not succeed',
      detailType: 'Restore Job State Change',
      // Restores say status where backups and copies say state.
      detail: { status: FAILED, iamRoleArn: vaultKeyUsers(compiled) },
      about: '$.detail.recoveryPointArn',
    },
    {
      id: 'VaultTampered',
      severity: 'critical',
      section: 'vault-tampered',
      description: 'somebody removes backups or takes their protection away, or tries to',
      detailType: 'AWS API Call via CloudTrail',
      detail: {
        eventSource: ['backup.amazonaws.com'],
        eventName: TAMPERING,
        requestParameters: vault,
      },
      about: '$.detail.eventName',
      because: '$.detail.userIdentity.arn',
    },
  ];
}
