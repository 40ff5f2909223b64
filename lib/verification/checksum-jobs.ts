import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, keyPatterns, OWN_POLICY } from '../access/acknowledge.ts';
import { DECRYPT, type PolicyBucket, useKey } from '../access/policies.ts';
import { roleName } from '../access/role-names.ts';
import { ALL_DATA } from '../access/source-keys.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { workPatterns } from './work-bucket.ts';

export interface ChecksumJobsProps {
  readonly compiled: CompiledPlan;
  readonly bucket: PolicyBucket;
  readonly work: s3.Bucket;
}

/** What S3 Batch Operations computes digests of archived data as: it reads data and a list, and writes a report. */
export class ChecksumJobs extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { compiled, bucket, work }: ChecksumJobsProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      roleName: roleName(compiled, compiled.regions.primary, 'checksum-jobs'),
      description: 'S3 computes digests of archived backups as this role',
      // Without a condition on who asks: S3 documents none for its jobs, and a key that it does not send would end each of them.
      // Only who may pass this role, in this account, makes a job with it.
      assumedBy: new iam.ServicePrincipal('batchoperations.s3.amazonaws.com'),
      inlinePolicies: {
        Compute: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'Read',
              actions: ['s3:GetObject', 's3:GetObjectVersion'],
              resources: ALL_DATA.map((key) => `${bucket.bucketArn}/${key}`),
            }),
            useKey(bucket, DECRYPT),
            new iam.PolicyStatement({
              sid: 'List',
              actions: ['s3:GetObject', 's3:GetObjectVersion'],
              resources: [work.arnForObjects('*/archived.csv')],
            }),
            new iam.PolicyStatement({
              sid: 'Report',
              actions: ['s3:PutObject'],
              resources: [work.arnForObjects('*/report/*')],
            }),
          ],
        }),
      },
    });
    acknowledge(this.role, {
      ...OWN_POLICY,
      ...keyPatterns(
        bucket,
        ALL_DATA,
        'reads what is archived of the one environment whose bucket this is, without a copy leaving S3: its work',
      ),
      ...workPatterns(work, ['*/archived.csv', '*/report/*']),
    });
  }

  /** What whoever has jobs run needs. A job is not known before it is made; the condition says what it may do. */
  statements(): iam.PolicyStatement[] {
    return [
      new iam.PolicyStatement({
        sid: 'Compute',
        actions: ['s3:CreateJob'],
        resources: ['*'],
        conditions: {
          StringEquals: {
            's3:RequestJobOperation': 'S3ComputeObjectChecksum',
            'aws:RequestedRegion': Stack.of(this).region,
          },
        },
      }),
      new iam.PolicyStatement({
        sid: 'ComputeAs',
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: {
          StringEquals: { 'iam:PassedToService': 'batchoperations.s3.amazonaws.com' },
        },
      }),
    ];
  }
}
