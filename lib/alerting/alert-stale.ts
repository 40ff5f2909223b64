import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { acknowledge, keyPatterns } from '../access/acknowledge.ts';
import { DECRYPT, listKeys, type PolicyBucket, readObjects, useKey } from '../access/policies.ts';
import { ALL_HISTORY } from '../access/source-keys.ts';
import { isCrossAccount } from '../plan/account.ts';
import { vaultArn } from '../plan/aws-backup/names.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { PlanFunction } from '../verification/plan-function.ts';
import { ScheduleRole } from '../verification/schedule-role.ts';

/** Minutes between two looks at the catalog: the resolution of every alarm on a source. */
export const STALE_EVERY_MINUTES = 15;

export interface AlertStaleProps {
  readonly compiled: CompiledPlan;
  readonly bucket: PolicyBucket;
}

/** Looks at the catalog of every source and says how old, how large and how well verified its backups are. */
export class AlertStale extends Construct {
  readonly function: PlanFunction;

  constructor(scope: Construct, id: string, { compiled, bucket }: AlertStaleProps) {
    super(scope, id);
    this.function = new PlanFunction(this, 'AlertStale', {
      compiled,
      name: 'alert-stale',
      description: `measures the backups of ${compiled.plan} ${compiled.environment}`,
      timeout: Duration.minutes(5),
      memorySize: 512,
      // Two looks at once would only write the same numbers twice.
      concurrency: 1,
      statements: [
        readObjects(bucket, ALL_HISTORY),
        listKeys(bucket, ALL_HISTORY),
        useKey(bucket, DECRYPT),
        ...listPoints(compiled),
      ],
    });
    acknowledge(
      this.function.role,
      keyPatterns(
        bucket,
        ALL_HISTORY,
        'reads what was written down about every backup of the one environment whose bucket this is, and no backup itself: its work',
      ),
    );
    new scheduler.Schedule(this, 'Schedule', {
      description: 'measures the age of every backup',
      schedule: scheduler.ScheduleExpression.rate(Duration.minutes(STALE_EVERY_MINUTES)),
      target: new targets.LambdaInvoke(this.function.function, {
        role: this.scheduleRole(),
        deadLetterQueue: this.function.failures,
        // The next look is better than a late one.
        retryAttempts: 0,
        maxEventAge: Duration.minutes(STALE_EVERY_MINUTES),
      }),
    });
  }

  private scheduleRole(): iam.IRole {
    const { function: target, failures } = this.function;
    const { role } = new ScheduleRole(this, 'ScheduleRole', {
      description: 'calls AlertStale on schedule',
      statements: [
        new iam.PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [target.functionArn],
        }),
        new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queueArn] }),
      ],
    });
    return role;
  }
}

/** Of vaults of this account; one in another account is watched from there. */
function listPoints(compiled: CompiledPlan): iam.PolicyStatement[] {
  const { awsBackup } = compiled;
  if (!awsBackup) return [];
  const sides = isCrossAccount(compiled)
    ? (['primary'] as const)
    : (['primary', 'replica'] as const);
  return [
    new iam.PolicyStatement({
      sid: 'RecoveryPoints',
      actions: ['backup:ListRecoveryPointsByBackupVault'],
      resources: sides.map((side) => vaultArn(compiled, awsBackup, side)),
    }),
  ];
}
