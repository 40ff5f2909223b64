import {
  type BackupClient,
  type BackupRule,
  GetBackupPlanCommand,
  GetBackupSelectionCommand,
  paginateListBackupSelections,
} from '@aws-sdk/client-backup';
import { isObject, listOf, member, type Properties, textAt } from '../properties.ts';
import { fromAnswer, type Look, type Reading, ResourceAbsentError } from '../reader.ts';

/** What AWS Backup takes unless told otherwise, in minutes: 8 hours to start, 7 days to end. */
const WINDOWS = { StartWindowMinutes: 480, CompletionWindowMinutes: 10_080 };
const TIMEZONE = 'Etc/UTC';

export function readBackupPlan({ clients: { backup }, id, properties }: Look): Reading {
  const plan = properties.BackupPlan;
  return {
    expected: {
      ...properties,
      BackupPlan: {
        ...(isObject(plan) ? plan : {}),
        BackupPlanRule: listOf(member(plan, 'BackupPlanRule')).map(withDefaults),
      },
    },
    skipped: ['BackupPlanTags'],
    found: {
      BackupPlan: async () => {
        const answer = await backup.send(new GetBackupPlanCommand({ BackupPlanId: id }));
        // It still answers for a plan that was deleted.
        if (answer.DeletionDate) throw new ResourceAbsentError(`backup plan ${id} was deleted`);
        const { Rules = [], ...found } = answer.BackupPlan ?? {};
        return { ...found, BackupPlanRule: Rules.map(ruleOf) };
      },
    },
  };
}

/** As CloudFormation writes it. */
const ruleOf = ({ RuleId: _, TargetBackupVaultName, ...rule }: BackupRule): Properties =>
  withDefaults({ ...rule, TargetBackupVault: TargetBackupVaultName });

function withDefaults(rule: unknown): Properties {
  const { EnableContinuousBackup: continuous, ...rest } = isObject(rule) ? rule : {};
  return {
    ...WINDOWS,
    ScheduleExpressionTimezone: TIMEZONE,
    ...rest,
    ...(continuous === true && { EnableContinuousBackup: true }),
  };
}

/** Told by its name within the plan. */
export function readBackupSelection({ clients: { backup }, properties }: Look): Reading {
  const BackupPlanId = textAt(properties, 'BackupPlanId') ?? '';
  const name = textAt(properties.BackupSelection, 'SelectionName') ?? '';
  return {
    skipped: ['BackupPlanId'],
    found: fromAnswer(async () => {
      const SelectionId = await selectionId(backup, BackupPlanId, name);
      const answer = await backup.send(
        new GetBackupSelectionCommand({ BackupPlanId, SelectionId }),
      );
      return { BackupSelection: answer.BackupSelection };
    }, 'BackupSelection'),
  };
}

async function selectionId(backup: BackupClient, plan: string, name: string): Promise<string> {
  for await (const page of paginateListBackupSelections(
    { client: backup },
    { BackupPlanId: plan },
  )) {
    const found = page.BackupSelectionsList?.find(({ SelectionName }) => SelectionName === name);
    if (found?.SelectionId) return found.SelectionId;
  }
  throw new ResourceAbsentError(`backup plan ${plan} selects nothing by the name ${name}`);
}
