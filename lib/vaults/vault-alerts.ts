import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CompiledAwsBackup } from '../plan/aws-backup/compiled.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { vaultKeyUsers } from './service-roles.ts';
import { vaultArn } from './vault.ts';
import { TAMPERING } from './vault-policy.ts';

const RUNBOOK = 'docs/aws-backup.md';

/** A job that ended without all of what it was for. */
const FAILED = ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'];

export interface VaultAlertsProps {
  readonly compiled: CompiledPlan;
  readonly awsBackup: CompiledAwsBackup;
  readonly topic: sns.Topic;
}

interface Alert {
  readonly id: string;
  readonly severity: 'critical' | 'warning';
  /** Section of the runbook. */
  readonly section: string;
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
    for (const alert of alerts(props)) {
      const { severity, section, about, because } = alert;
      const { plan, environment } = props.compiled;
      const field = events.EventField.fromPath;
      new events.Rule(this, alert.id, {
        description: `${severity}: ${section} in ${props.awsBackup.vault}. See ${RUNBOOK}#${section}`,
        eventPattern: {
          source: ['aws.backup'],
          detailType: [alert.detailType],
          detail: alert.detail,
        },
        targets: [
          new targets.SnsTopic(props.topic, {
            message: events.RuleTargetInput.fromText(
              `${severity}: ${plan} ${environment}: ${section}: ${field(about)} ${field(because)}. See ${RUNBOOK}#${section}`,
            ),
          }),
        ],
      });
    }
  }
}

function alerts({ compiled, awsBackup }: VaultAlertsProps): Alert[] {
  const job = {
    severity: 'critical',
    section: 'backup-job-failed',
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
      detail: { ...vault, state: ['COMPLETED'], statusMessage: [{ 'anything-but': [''] }] },
    },
    {
      ...job,
      id: 'CopyFailed',
      section: 'copy-job-failed',
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
      detailType: 'Restore Job State Change',
      // Restores say status where backups and copies say state.
      detail: { status: FAILED, iamRoleArn: vaultKeyUsers(compiled) },
      about: '$.detail.recoveryPointArn',
    },
    {
      id: 'VaultTampered',
      severity: 'critical',
      section: 'vault-tampered',
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
