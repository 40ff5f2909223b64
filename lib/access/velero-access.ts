import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { otherSide, type Side, veleroOf } from '../storage/location.ts';
import { acknowledge, keyPatterns } from './acknowledge.ts';
import type { KeyUsers } from './key-users.ts';
import { PodRole } from './pod-role.ts';
import { byAlias, ENCRYPT, type PolicyBucket, useKey } from './policies.ts';
import { roleArn, roleName } from './role-names.ts';
import { veleroOfPlan } from './velero-account.ts';

/** Who may use the key of Velero's bucket: Velero on its side, and replication both ways. */
export function veleroUsers(compiled: CompiledPlan, side: Side): KeyUsers {
  const here = compiled.regions[side];
  const elsewhere = compiled.regions[otherSide(side)];
  const own = veleroOfPlan(compiled) ? [roleArn(compiled, here, 'velero')] : [];
  const replication = (region: string): string => roleArn(compiled, region, 'replication-velero');
  return {
    encryptors: [...own, replication(elsewhere)],
    decryptors: [...own, replication(here), replication(elsewhere)],
  };
}

export interface VeleroAccessProps {
  readonly compiled: CompiledPlan;
  readonly side: Side;
  /** ARN of the key of this side's bucket. */
  readonly keyArn: string;
}

const EVERY_OBJECT =
  'the bucket is for Velero alone, which names its objects by itself; it removes no version, so what it deletes can be brought back';

/** What Velero's object store plug-in asks for, and nothing of volumes: snapshots are the matter of whoever runs the cluster. */
export class VeleroAccess extends Construct {
  constructor(scope: Construct, id: string, { compiled, side, keyArn }: VeleroAccessProps) {
    super(scope, id);
    const velero = veleroOfPlan(compiled);
    if (!velero) return;
    const bucket: PolicyBucket = { ...byAlias(veleroOf(compiled, side)), key: { arn: keyArn } };
    const role = new PodRole(this, 'Velero', {
      ...velero,
      compiled,
      side,
      roleName: roleName(compiled, compiled.regions[side], 'velero'),
      description: `keeps Velero's backups of ${compiled.plan} ${compiled.environment}`,
      policy: veleroPolicy(bucket),
    });
    acknowledge(role, keyPatterns(bucket, ['*'], EVERY_OBJECT));
  }
}

const veleroPolicy = (bucket: PolicyBucket): iam.PolicyDocument =>
  new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({
        sid: 'Objects',
        actions: [
          's3:AbortMultipartUpload',
          's3:DeleteObject',
          's3:GetObject',
          's3:ListMultipartUploadParts',
          's3:PutObject',
        ],
        resources: [`${bucket.bucketArn}/*`],
      }),
      new iam.PolicyStatement({
        sid: 'List',
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
      }),
      useKey(bucket, ENCRYPT),
    ],
  });
