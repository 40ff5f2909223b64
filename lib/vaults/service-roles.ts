import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../access/acknowledge.ts';
import { type RoleUse, roleArn, roleName } from '../access/role-names.ts';
import { accountOf, isCrossAccount } from '../plan/account.ts';
import type { CompiledAwsBackup } from '../plan/aws-backup/compiled.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { Side } from '../storage/location.ts';

/** Policies that AWS keeps up to date with what its service needs; the ones for buckets only where there are any. */
const POLICIES = {
  'aws-backup': {
    every: 'service-role/AWSBackupServiceRolePolicyForBackup',
    s3: 'AWSBackupServiceRolePolicyForS3Backup',
  },
  'aws-restore': {
    every: 'service-role/AWSBackupServiceRolePolicyForRestores',
    s3: 'AWSBackupServiceRolePolicyForS3Restore',
  },
} as const satisfies Partial<Record<RoleUse, unknown>>;

export interface ServiceRoleProps {
  readonly compiled: CompiledPlan;
  readonly awsBackup: CompiledAwsBackup;
  readonly region: string;
  readonly use: keyof typeof POLICIES;
}

/** What AWS Backup works as. Nobody else can assume it. */
export class ServiceRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id);
    const { compiled, awsBackup, region, use } = props;
    const { every, s3 } = POLICIES[use];
    const buckets = awsBackup.groups.some(({ resources }) => resources.includes('s3'));
    const policies = [every, ...(buckets ? [s3] : [])];
    this.role = new iam.Role(this, 'Role', {
      roleName: roleName(compiled, region, use),
      description: `${use} of ${compiled.plan} ${compiled.environment}`,
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: policies.map((name) => iam.ManagedPolicy.fromAwsManagedPolicyName(name)),
    });
    const reason =
      'AWS changes what its service calls, and these policies with it: a copy of ours would fail one night; nobody but AWS Backup assumes the role';
    acknowledge(
      this.role,
      Object.fromEntries(
        policies.map((name) => [
          `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
          reason,
        ]),
      ),
    );
  }
}

/** Roles that the keys of both vaults must know, by ARN. */
export const vaultKeyUsers = (compiled: CompiledPlan): string[] => {
  const { primary, replica } = compiled.regions;
  return [
    ...new Set([
      ...copiers(compiled, 'primary'),
      ...(isCrossAccount(compiled) ? copiers(compiled, 'replica') : []),
      roleArn(compiled, primary, 'aws-restore'),
      roleArn(compiled, replica, 'aws-restore'),
    ]),
  ].sort();
};

/**
 * What AWS Backup copies as from the vault of one side, by ARN: the role that takes recovery points, and the one of the
 * account that moves and expires what this role no longer can.
 */
export const copiers = (compiled: CompiledPlan, side: Side): string[] => [
  roleArn(compiled, compiled.regions[side], 'aws-backup'),
  `arn:aws:iam::${accountOf(compiled, side)}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup`,
];
