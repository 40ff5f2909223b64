import type { Reader } from '../reader.ts';
import { readAlarm, readCompositeAlarm, readDashboard } from './alarm.ts';
import { readFramework, readReportPlan } from './audit-manager.ts';
import { readBackupPlan, readBackupSelection } from './backup-plan.ts';
import { readBucket, readBucketPolicy } from './bucket.ts';
import { readEventInvoke, readFunction } from './function.ts';
import { readAlias, readKey } from './key.ts';
import { readLogGroup } from './log-group.ts';
import { readPipe } from './pipe.ts';
import { readPodIdentity } from './pod-identity.ts';
import { readQueue, readQueuePolicy } from './queue.ts';
import { readRestoreTestingPlan, readRestoreTestingSelection } from './restore-test.ts';
import { readPolicy, readRole } from './role.ts';
import { readRule } from './rule.ts';
import { readSchedule } from './schedule.ts';
import { readStateMachine } from './state-machine.ts';
import { readSubscription, readTopic, readTopicPolicy } from './topic.ts';
import { readVault } from './vault.ts';

/** How each type of resource is looked at. */
export const READERS: Readonly<Record<string, Reader>> = {
  'AWS::Backup::BackupPlan': readBackupPlan,
  'AWS::Backup::BackupSelection': readBackupSelection,
  'AWS::Backup::BackupVault': readVault,
  'AWS::Backup::Framework': readFramework,
  'AWS::Backup::ReportPlan': readReportPlan,
  'AWS::Backup::RestoreTestingPlan': readRestoreTestingPlan,
  'AWS::Backup::RestoreTestingSelection': readRestoreTestingSelection,
  'AWS::CloudWatch::Alarm': readAlarm,
  'AWS::CloudWatch::CompositeAlarm': readCompositeAlarm,
  'AWS::CloudWatch::Dashboard': readDashboard,
  'AWS::EKS::PodIdentityAssociation': readPodIdentity,
  'AWS::Events::Rule': readRule,
  'AWS::IAM::Policy': readPolicy,
  'AWS::IAM::Role': readRole,
  'AWS::KMS::Alias': readAlias,
  'AWS::KMS::Key': readKey,
  'AWS::Lambda::EventInvokeConfig': readEventInvoke,
  'AWS::Lambda::Function': readFunction,
  'AWS::Logs::LogGroup': readLogGroup,
  'AWS::Pipes::Pipe': readPipe,
  'AWS::S3::Bucket': readBucket,
  'AWS::S3::BucketPolicy': readBucketPolicy,
  'AWS::SNS::Subscription': readSubscription,
  'AWS::SNS::Topic': readTopic,
  'AWS::SNS::TopicPolicy': readTopicPolicy,
  'AWS::SQS::Queue': readQueue,
  'AWS::SQS::QueuePolicy': readQueuePolicy,
  'AWS::Scheduler::Schedule': readSchedule,
  'AWS::StepFunctions::StateMachine': readStateMachine,
};
