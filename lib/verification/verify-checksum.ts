import { Duration, TimeZone } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventTargets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import type * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { PolicyBucket } from '../access/policies.ts';
import { CATALOG } from '../catalog/keys.ts';
import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';
import { VERIFY_MEMORY_MIB } from '../plan/limits.ts';
import type { Schedule } from '../plan/values/schedule.ts';
import { awsCron } from './aws-cron.ts';
import { ChecksumJobs } from './checksum-jobs.ts';
import { ITEMS_AT_ONCE } from './machine.ts';
import { PlanFunction } from './plan-function.ts';
import { Requests } from './requests.ts';
import { ScheduleRole } from './schedule-role.ts';
import { VerificationMachine } from './state-machine.ts';
import { WORK_BUCKET } from './variables.ts';
import { acknowledgeVerification, checksumPolicy, partPolicy } from './verification-policies.ts';
import { WorkBucket } from './work-bucket.ts';

export interface VerifyChecksumProps {
  readonly compiled: CompiledPlan;
  readonly bucket: PolicyBucket;
  readonly bucketName: string;
  readonly evidence: PolicyBucket;
}

/**
 * Reads backups again and compares every byte: each when it appears, and all of a source in the plan's cadence. A backup
 * of any size is read by as many calls as it needs.
 */
export class VerifyChecksum extends Construct {
  /** Plans what is read, and puts together what was found. */
  readonly function: PlanFunction;
  readonly requests: Requests;
  readonly machine: stepfunctions.StateMachine;

  constructor(scope: Construct, id: string, props: VerifyChecksumProps) {
    super(scope, id);
    const { compiled, bucket, evidence } = props;
    const { bucket: work } = new WorkBucket(this, 'Work');
    const jobs = new ChecksumJobs(this, 'Archived', { compiled, bucket, work });
    this.requests = new Requests(this, 'Requests', compiled);
    const stores = { bucket, evidence, work };
    const common = {
      compiled,
      timeout: Duration.minutes(15),
      environment: { [WORK_BUCKET]: work.bucketName },
      failures: this.requests.failed,
    };
    this.function = new PlanFunction(this, 'VerifyChecksum', {
      ...common,
      name: 'verify-checksum',
      description: `re-reads the backups of ${compiled.plan} ${compiled.environment}`,
      memorySize: VERIFY_MEMORY_MIB,
      concurrency: 5,
      statements: [...checksumPolicy(stores), ...jobs.statements()],
    });
    const part = new PlanFunction(this, 'VerifyPart', {
      ...common,
      name: 'verify-part',
      description: `re-reads one part of a backup of ${compiled.plan} ${compiled.environment}`,
      memorySize: VERIFY_MEMORY_MIB,
      // Two verifications at full speed; more of them take turns.
      concurrency: 2 * ITEMS_AT_ONCE,
      statements: partPolicy(stores),
    });
    acknowledgeVerification({ checksum: this.function.role, part: part.role }, stores);
    const { machine } = new VerificationMachine(this, 'Run', {
      compiled,
      checksum: this.function,
      part,
      work,
    });
    this.machine = machine;
    this.requests.begin(machine);
    this.onNewBackup(props.bucketName);
    this.onReport(work);
    this.onSchedules(compiled);
  }

  private onNewBackup(bucketName: string): void {
    this.onCreated('NewBackup', 'a manifest was written, so a backup exists', {
      bucket: { name: [bucketName] },
      object: { key: [{ prefix: `${CATALOG}/` }] },
    });
  }

  private onReport(work: s3.Bucket): void {
    this.onCreated('Report', 'S3 has computed digests of archived backups', {
      bucket: { name: [work.bucketName] },
      object: { key: [{ wildcard: '*/report/job-*/manifest.json' }] },
    });
  }

  private onCreated(id: string, description: string, detail: Record<string, unknown>): void {
    new events.Rule(this, id, {
      description,
      eventPattern: { source: ['aws.s3'], detailType: ['Object Created'], detail },
      targets: [
        new eventTargets.SqsQueue(this.requests.queue, { deadLetterQueue: this.requests.failed }),
      ],
    });
  }

  private onSchedules(compiled: CompiledPlan): void {
    const { queue, failed } = this.requests;
    const { role } = new ScheduleRole(this, 'ScheduleRole', {
      description: 'asks for a verification on schedule',
      statements: [
        new iam.PolicyStatement({
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn, failed.queueArn],
        }),
      ],
    });
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
      target: new targets.SqsSendMessage(this.requests.queue, {
        role,
        deadLetterQueue: this.requests.failed,
        input: scheduler.ScheduleTargetInput.fromObject({
          source,
          id: scheduler.ContextAttribute.executionId,
          time: scheduler.ContextAttribute.scheduledTime,
        }),
      }),
    });
  }
}
