import { Duration, TimeZone } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventTargets from 'aws-cdk-lib/aws-events-targets';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { acknowledge, keyPatterns } from '../access/acknowledge.ts';
import {
  addObjects,
  ENCRYPT,
  listKeys,
  type PolicyBucket,
  readObjects,
  useKey,
} from '../access/policies.ts';
import { ALL_DATA, ALL_HISTORY, ALL_VERIFICATIONS } from '../access/source-keys.ts';
import { CATALOG } from '../catalog/keys.ts';
import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';
import type { Schedule } from '../plan/values/schedule.ts';
import { awsCron } from './aws-cron.ts';
import { PlanFunction } from './plan-function.ts';
import { ScheduleRole } from './schedule-role.ts';

export interface VerifyChecksumProps {
  readonly compiled: CompiledPlan;
  readonly bucket: PolicyBucket;
  readonly bucketName: string;
}

/** Reads backups again and compares every byte: each when it appears, and all of a source in the plan's cadence. */
export class VerifyChecksum extends Construct {
  readonly function: PlanFunction;

  constructor(scope: Construct, id: string, props: VerifyChecksumProps) {
    super(scope, id);
    const { compiled, bucket } = props;
    const read = [...ALL_HISTORY, ...ALL_DATA];
    this.function = new PlanFunction(this, 'VerifyChecksum', {
      compiled,
      name: 'verify-checksum',
      description: `re-reads the backups of ${compiled.plan} ${compiled.environment}`,
      timeout: Duration.minutes(15),
      // A whole virtual CPU: hashing and decompressing are its work.
      memorySize: 1769,
      concurrency: 5,
      statements: [
        readObjects(bucket, read),
        addObjects(bucket, ALL_VERIFICATIONS),
        listKeys(bucket, read),
        useKey(bucket, ENCRYPT),
      ],
    });
    acknowledge(
      this.function.role,
      keyPatterns(
        bucket,
        [...read, ...ALL_VERIFICATIONS],
        'reads every backup of the one environment whose bucket this is, and adds what it found to the records of runs: its work',
      ),
    );
    this.onNewBackup(props.bucketName);
    this.onSchedules(compiled);
  }

  private onNewBackup(bucketName: string): void {
    new events.Rule(this, 'NewBackup', {
      description: 'a manifest was written, so a backup exists',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix: `${CATALOG}/` }] } },
      },
      targets: [
        new eventTargets.LambdaFunction(this.target, { deadLetterQueue: this.function.failures }),
      ],
    });
  }

  private onSchedules(compiled: CompiledPlan): void {
    const { role } = new ScheduleRole(this, 'ScheduleRole', this.function);
    for (const { name, verify } of derivedSources(compiled)) {
      if (verify.checksums) this.onSchedule(name, verify.checksums, role);
    }
  }

  private onSchedule(source: string, schedule: Schedule, role: iam.IRole): void {
    new scheduler.Schedule(this, `Schedule-${source}`, {
      description: `verifies every backup of ${source}`,
      schedule: scheduler.ScheduleExpression.expression(
        awsCron(schedule),
        TimeZone.of(schedule.timezone),
      ),
      target: new targets.LambdaInvoke(this.target, {
        role,
        deadLetterQueue: this.function.failures,
        input: scheduler.ScheduleTargetInput.fromObject({
          source,
          id: scheduler.ContextAttribute.executionId,
          time: scheduler.ContextAttribute.scheduledTime,
        }),
      }),
    });
  }

  private get target(): lambda.Function {
    return this.function.function;
  }
}
