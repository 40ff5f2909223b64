import { Tags } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CAPABILITIES } from '../plan/aws-backup/capabilities.ts';
import type {
  CompiledAwsBackup,
  CompiledBackupGroup,
  CompiledBackupRule,
} from '../plan/aws-backup/compiled.ts';
import { copyDays } from '../plan/aws-backup/copy-days.ts';
import { vaultArn } from '../plan/aws-backup/names.ts';
import { ruleTag, TAG } from '../plan/aws-backup/tags.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { awsCron } from '../verification/aws-cron.ts';
import type { Vault } from './vault.ts';

export interface GroupPlanProps {
  readonly compiled: CompiledPlan;
  readonly awsBackup: CompiledAwsBackup;
  readonly group: CompiledBackupGroup;
  readonly vault: Vault;
  readonly role: iam.IRole;
}

/**
 * A backup plan with a rule for each tier, for the resources of one group. Resources of CloudFormation, as the construct
 * does not know the archive of EBS and takes tags and kinds for alternatives.
 */
export class GroupPlan extends Construct {
  constructor(scope: Construct, id: string, props: GroupPlanProps) {
    super(scope, id);
    const { group, role } = props;
    const plan = new backup.CfnBackupPlan(this, 'Plan', {
      backupPlan: {
        backupPlanName: group.plan,
        backupPlanRule: group.rules.map((rule) => planRule(props, rule)),
      },
    });
    Tags.of(plan).add(TAG.plan, group.plan);
    new backup.CfnBackupSelection(this, 'Selection', {
      backupPlanId: plan.attrBackupPlanId,
      backupSelection: {
        selectionName: group.name,
        iamRoleArn: role.roleArn,
        resources: group.resources.map((type) => CAPABILITIES[type].arns),
        // Written as CloudFormation reads it: the construct passes it through.
        conditions: {
          StringEquals: [
            {
              ConditionKey: `aws:ResourceTag/${group.tag.key}`,
              ConditionValue: group.tag.value,
            },
          ],
        },
      },
    });
  }
}

function planRule(
  { compiled, awsBackup, group, vault }: GroupPlanProps,
  rule: CompiledBackupRule,
): backup.CfnBackupPlan.BackupRuleResourceTypeProperty {
  const { copy } = rule;
  return {
    ruleName: rule.name,
    targetBackupVault: vault.vault.backupVaultName,
    scheduleExpression: awsCron(rule.schedule),
    scheduleExpressionTimezone: rule.schedule.timezone,
    startWindowMinutes: rule.startWindowMinutes,
    completionWindowMinutes: rule.completionWindowMinutes,
    ...(rule.tier === null && { enableContinuousBackup: true }),
    ...lifecycle(group, rule.keepDays, rule.coldAfterDays),
    ...(copy && {
      copyActions: [
        {
          destinationBackupVaultArn: vaultArn(compiled, awsBackup, 'replica'),
          ...lifecycle(group, copyDays(rule), rule.coldAfterDays),
        },
      ],
    }),
    recoveryPointTags: { [TAG.rule]: ruleTag(group, rule), [TAG.vault]: awsBackup.vault },
  };
}

/** Nothing at all = for ever and never cold. */
function lifecycle(
  { resources }: CompiledBackupGroup,
  keepDays: number | null,
  coldAfterDays: number | null,
): { lifecycle?: backup.CfnBackupPlan.LifecycleResourceTypeProperty } {
  if (keepDays === null && coldAfterDays === null) return {};
  return {
    lifecycle: {
      ...(keepDays !== null && { deleteAfterDays: keepDays }),
      ...(coldAfterDays !== null && { moveToColdStorageAfterDays: coldAfterDays }),
      ...(coldAfterDays !== null &&
        resources.includes('ebs') && { optInToArchiveForSupportedResources: true }),
    },
  };
}
