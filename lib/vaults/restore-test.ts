import * as backup from 'aws-cdk-lib/aws-backup';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CAPABILITIES } from '../plan/aws-backup/capabilities.ts';
import type { CompiledBackupGroup } from '../plan/aws-backup/compiled.ts';
import { underscored } from '../plan/aws-backup/names.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';
import type { Schedule } from '../plan/values/schedule.ts';
import { awsCron } from '../verification/aws-cron.ts';
import type { Vault } from './vault.ts';

const START_WITHIN_HOURS = 8;

/** How far back AWS can look for a recovery point. */
const LONGEST_WINDOW_DAYS = 365;

export interface RestoreTestProps {
  readonly group: CompiledBackupGroup;
  readonly schedule: Schedule;
  readonly vault: Vault;
  readonly role: iam.IRole;
}

/** Restores the newest recovery point of every resource of a group into a new resource, which AWS removes again. */
export class RestoreTest extends Construct {
  constructor(scope: Construct, id: string, props: RestoreTestProps) {
    super(scope, id);
    const { group, schedule, vault, role } = props;
    const plan = new backup.CfnRestoreTestingPlan(this, 'Plan', {
      restoreTestingPlanName: underscored(group.plan),
      scheduleExpression: awsCron(schedule),
      scheduleExpressionTimezone: schedule.timezone,
      startWindowHours: START_WITHIN_HOURS,
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        includeVaults: [vault.vault.backupVaultArn],
        recoveryPointTypes: recoveryPointTypes(group),
        selectionWindowDays: windowDays(group),
      },
    });
    for (const type of group.resources) {
      const selection = new backup.CfnRestoreTestingSelection(this, type, {
        restoreTestingPlanName: plan.restoreTestingPlanName,
        restoreTestingSelectionName: type,
        protectedResourceType: CAPABILITIES[type].name,
        protectedResourceArns: ['*'],
        protectedResourceConditions: {
          stringEquals: [{ key: `aws:ResourceTag/${group.tag.key}`, value: group.tag.value }],
        },
        iamRoleArn: role.roleArn,
      });
      // The plan is named, not referenced.
      selection.addResourceDependency(plan);
    }
  }
}

function recoveryPointTypes({ rules }: CompiledBackupGroup): string[] {
  return [
    ...(rules.some(({ tier }) => tier === null) ? ['CONTINUOUS'] : []),
    ...(rules.some(({ tier }) => tier !== null) ? ['SNAPSHOT'] : []),
  ];
}

/** Long enough that there is always one: the most frequent rule's gap, windows included. */
function windowDays({ rules }: CompiledBackupGroup): number {
  const overdue = Math.min(...rules.map(({ overdueSeconds }) => overdueSeconds));
  return Math.min(Math.ceil(overdue / SECONDS_PER_DAY) + 1, LONGEST_WINDOW_DAYS);
}
