import * as backup from 'aws-cdk-lib/aws-backup';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { CompiledAwsBackup } from '../plan/aws-backup/compiled.ts';
import { underscored } from '../plan/aws-backup/names.ts';

/** Daily: what every job did, and what the controls of the framework say. */
const TEMPLATES = [
  { id: 'BackupJobs', template: 'BACKUP_JOB_REPORT', framework: false },
  { id: 'CopyJobs', template: 'COPY_JOB_REPORT', framework: false },
  { id: 'RestoreJobs', template: 'RESTORE_JOB_REPORT', framework: false },
  { id: 'Controls', template: 'CONTROL_COMPLIANCE_REPORT', framework: true },
  { id: 'Resources', template: 'RESOURCE_COMPLIANCE_REPORT', framework: true },
] as const;

export interface ReportsProps {
  readonly awsBackup: CompiledAwsBackup;
  readonly bucket: s3.Bucket;
  readonly framework: backup.CfnFramework;
}

/** Reports for people and programs, a file of each kind a day. */
export class Reports extends Construct {
  constructor(scope: Construct, id: string, { awsBackup, bucket, framework }: ReportsProps) {
    super(scope, id);
    for (const { id: kind, template, framework: ofFramework } of TEMPLATES) {
      const plan = new backup.CfnReportPlan(this, kind, {
        reportPlanName: `${underscored(awsBackup.vault)}_${template.toLowerCase()}`,
        // Both are written as CloudFormation reads them: the construct passes them through.
        reportDeliveryChannel: {
          S3BucketName: bucket.bucketName,
          Formats: ['CSV', 'JSON'],
        },
        reportSetting: {
          ReportTemplate: template,
          ...(ofFramework && { FrameworkArns: [framework.attrFrameworkArn] }),
        },
      });
      if (bucket.policy) plan.node.addDependency(bucket.policy);
    }
  }
}
