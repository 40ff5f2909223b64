import {
  CreateBackupPlanCommand,
  CreateBackupVaultCommand,
  CreateReportPlanCommand,
  PutBackupVaultLockConfigurationCommand,
} from '@aws-sdk/client-backup';
import { isObject, listOf, member } from '../../../lib/audit/live/properties.ts';
import { type Creator, input } from './creator.ts';

export const createVault: Creator = async ({ clients, properties: of, answer }) => {
  const BackupVaultName = String(of.BackupVaultName);
  await clients.backup.send(
    new CreateBackupVaultCommand({
      BackupVaultName,
      EncryptionKeyArn: String(of.EncryptionKeyArn),
    }),
  );
  if (isObject(of.LockConfiguration)) {
    await clients.backup.send(
      new PutBackupVaultLockConfigurationCommand({ BackupVaultName, ...of.LockConfiguration }),
    );
  }
  answer('backup', `/backup-vaults/${BackupVaultName}/access-policy`, {
    Policy: JSON.stringify(of.AccessPolicy),
  });
  return BackupVaultName;
};

export const createBackupPlan: Creator = async ({ clients, properties }) => {
  const plan = properties.BackupPlan;
  const { BackupPlanId } = await clients.backup.send(
    new CreateBackupPlanCommand({
      BackupPlan: {
        BackupPlanName: String(member(plan, 'BackupPlanName')),
        Rules: input(
          listOf(member(plan, 'BackupPlanRule')).map((rule) => ({
            ...(isObject(rule) ? rule : {}),
            TargetBackupVaultName: member(rule, 'TargetBackupVault'),
          })),
        ),
      },
    }),
  );
  return BackupPlanId ?? '';
};

export const createBackupSelection: Creator = async ({ properties, answer }) => {
  const { BackupPlanId, BackupSelection } = properties;
  const SelectionName = String(member(BackupSelection, 'SelectionName'));
  const SelectionId = `selection-${SelectionName}`;
  const path = `/backup/plans/${BackupPlanId}/selections`;
  answer('backup', path, { BackupSelectionsList: [{ SelectionId, SelectionName }] });
  answer('backup', `${path}/${SelectionId}`, { BackupSelection, SelectionId });
  return `${BackupPlanId}|${SelectionId}`;
};

export const createFramework: Creator = async ({ properties: of, answer, where }) => {
  const controls = listOf(of.FrameworkControls).filter(isObject);
  answer('backup', `/audit/frameworks/${of.FrameworkName}`, {
    FrameworkName: of.FrameworkName,
    FrameworkDescription: of.FrameworkDescription,
    DeploymentStatus: 'COMPLETED',
    FrameworkControls: controls.map((control) => ({
      ...control,
      ControlScope: {
        Tags: Object.fromEntries(
          listOf(member(control.ControlScope, 'Tags')).map((tag) => [
            String(member(tag, 'Key')),
            member(tag, 'Value'),
          ]),
        ),
      },
    })),
  });
  return `arn:aws:backup:${where.region}:${where.account}:framework:${of.FrameworkName}-1`;
};

export const createReportPlan: Creator = async ({ clients, properties: of }) => {
  await clients.backup.send(new CreateReportPlanCommand(input(of)));
  return String(of.ReportPlanName);
};

export const createRestoreTestingPlan: Creator = async ({ properties: of, answer }) => {
  const path = `/restore-testing/plans/${of.RestoreTestingPlanName}`;
  answer('backup', path, { RestoreTestingPlan: of });
  return String(of.RestoreTestingPlanName);
};

export const createRestoreTestingSelection: Creator = async ({ properties: of, answer }) => {
  const path = `/restore-testing/plans/${of.RestoreTestingPlanName}/selections/${of.RestoreTestingSelectionName}`;
  answer('backup', path, { RestoreTestingSelection: of });
  return String(of.RestoreTestingSelectionName);
};
