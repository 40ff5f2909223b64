import {
  GetRestoreTestingPlanCommand,
  GetRestoreTestingSelectionCommand,
} from '@aws-sdk/client-backup';
import { textAt } from '../properties.ts';
import { fromAnswer, type Look, type Reading } from '../reader.ts';

export function readRestoreTestingPlan({ clients: { backup }, properties }: Look): Reading {
  const RestoreTestingPlanName = textAt(properties, 'RestoreTestingPlanName') ?? '';
  return {
    skipped: ['RestoreTestingPlanName', 'ScheduleStatus', 'Tags'],
    found: fromAnswer(
      async () => {
        const { RestoreTestingPlan } = await backup.send(
          new GetRestoreTestingPlanCommand({ RestoreTestingPlanName }),
        );
        return { ...RestoreTestingPlan };
      },
      ...['RecoveryPointSelection', 'ScheduleExpression', 'ScheduleExpressionTimezone'],
      'StartWindowHours',
    ),
  };
}

export function readRestoreTestingSelection({ clients: { backup }, properties }: Look): Reading {
  const asked = {
    RestoreTestingPlanName: textAt(properties, 'RestoreTestingPlanName') ?? '',
    RestoreTestingSelectionName: textAt(properties, 'RestoreTestingSelectionName') ?? '',
  };
  return {
    expected: { ValidationWindowHours: 0, ...properties },
    skipped: ['RestoreTestingPlanName', 'RestoreTestingSelectionName'],
    found: fromAnswer(
      async () => {
        const { RestoreTestingSelection } = await backup.send(
          new GetRestoreTestingSelectionCommand(asked),
        );
        return { ValidationWindowHours: 0, ...RestoreTestingSelection };
      },
      ...['IamRoleArn', 'ProtectedResourceArns', 'ProtectedResourceConditions'],
      ...['ProtectedResourceType', 'RestoreMetadataOverrides', 'ValidationWindowHours'],
    ),
  };
}
