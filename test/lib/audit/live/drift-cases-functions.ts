import * as backup from '@aws-sdk/client-backup';
import * as lambda from '@aws-sdk/client-lambda';
import { StopPipeCommand } from '@aws-sdk/client-pipes';
import * as scheduler from '@aws-sdk/client-scheduler';
import { UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import type { Cases } from './drift-cases.ts';

export const FUNCTION_CASES: Cases = {
  'a Lambda has less memory, other variables and no share of its own': {
    resource: /^VerificationVerifyChecksumFunction[0-9A-F]{8}$/,
    change: async ({ clients }, FunctionName) => {
      await clients.primary.lambda.send(
        new lambda.UpdateFunctionConfigurationCommand({
          FunctionName,
          MemorySize: 128,
          Environment: { Variables: { NODE_OPTIONS: '--require /tmp/x.js' } },
        }),
      );
      await clients.primary.lambda.send(
        new lambda.DeleteFunctionConcurrencyCommand({ FunctionName }),
      );
    },
    told: expect.arrayContaining([
      ['MemorySize', expect.any(String), '128'],
      ['Environment.Variables.NODE_OPTIONS', null, '--require /tmp/x.js'],
      ['ReservedConcurrentExecutions', expect.any(String), null],
    ]),
  },
  'somebody else may call a Lambda': {
    resource: /^StalenessAlertStaleFunction[0-9A-F]{8}$/,
    change: ({ clients }, FunctionName) =>
      clients.primary.lambda.send(
        new lambda.AddPermissionCommand({
          ...{ FunctionName, StatementId: 'open', Action: 'lambda:InvokeFunction' },
          Principal: 'apigateway.amazonaws.com',
          SourceArn: 'arn:aws:execute-api:eu-central-1:999999999999:x/*',
        }),
      ),
    told: [
      [
        'Permission of somebody else',
        null,
        '["apigateway.amazonaws.com for arn:aws:execute-api:eu-central-1:999999999999:x/*"]',
      ],
    ],
  },
  'what failed is tried again more often': {
    resource: /^StalenessAlertStaleFunctionEventInvokeConfig[0-9A-F]{8}$/,
    change: async (of) => {
      const client = of.clients.primary.lambda;
      const FunctionName = of.idOf('primary', /^StalenessAlertStaleFunction[0-9A-F]{8}$/);
      const asked = { FunctionName, Qualifier: '$LATEST' };
      // Moto would keep the first one.
      await client.send(new lambda.DeleteFunctionEventInvokeConfigCommand(asked));
      await client.send(
        new lambda.PutFunctionEventInvokeConfigCommand({ ...asked, MaximumRetryAttempts: 2 }),
      );
    },
    told: [['MaximumRetryAttempts', '1', '2']],
  },
  'a schedule is switched off': {
    resource: /^StalenessSchedule[0-9A-F]{8}$/,
    change: async ({ clients }, Name) => {
      const client = clients.primary.scheduler;
      const found = await client.send(new scheduler.GetScheduleCommand({ Name }));
      const { FlexibleTimeWindow, ScheduleExpression, Target } = found;
      await client.send(
        new scheduler.UpdateScheduleCommand({
          ...found,
          ...{ Name, FlexibleTimeWindow, ScheduleExpression, Target, State: 'DISABLED' },
        }),
      );
    },
    told: [['State', 'ENABLED', 'DISABLED']],
  },
  'a state machine does nothing': {
    resource: /^VerificationRunMachine[0-9A-F]{8}$/,
    change: ({ clients }, stateMachineArn) =>
      clients.primary.sfn.send(
        new UpdateStateMachineCommand({
          stateMachineArn,
          definition: '{"StartAt":"End","States":{"End":{"Type":"Succeed"}}}',
        }),
      ),
    told: expect.arrayContaining([['DefinitionString.States.End', null, '{"Type":"Succeed"}']]),
  },
  'a pipe stands still': {
    resource: /^VerificationRequestsPipe[0-9A-F]{8}$/,
    change: ({ clients }, Name) => clients.primary.pipes.send(new StopPipeCommand({ Name })),
    told: [
      ['CurrentState', 'RUNNING', 'STOPPED'],
      ['DesiredState', 'RUNNING', 'STOPPED'],
    ],
  },
  'a vault is not locked': {
    resource: /^AwsBackupVault[0-9A-F]{8}$/,
    change: ({ clients }, BackupVaultName) =>
      clients.primary.backup.send(
        new backup.DeleteBackupVaultLockConfigurationCommand({ BackupVaultName }),
      ),
    told: [['LockConfiguration', expect.stringContaining('"Mode":"governance"'), null]],
  },
  'anybody may delete from a vault': {
    side: 'replica',
    resource: /^AwsBackupVault[0-9A-F]{8}$/,
    change: async ({ gateway }, name) => {
      gateway.answers.delete(`eu-west-1 backup /backup-vaults/${name}/access-policy`);
    },
    told: [['AccessPolicy', expect.stringContaining('Deny'), null]],
  },
  'a plan is gone': {
    resource: /^AwsBackupGroupfilesPlan[0-9A-F]{8}$/,
    change: ({ clients }, BackupPlanId) =>
      clients.primary.backup.send(new backup.DeleteBackupPlanCommand({ BackupPlanId })),
    told: ['missing'],
  },
  'a plan selects something else': {
    resource: /^AwsBackupGroupbucketsSelection[0-9A-F]{8}$/,
    change: async ({ gateway }, id) => {
      const [plan, selection] = id.split('|');
      const key = `eu-central-1 backup /backup/plans/${plan}/selections/${selection}`;
      const found: { BackupSelection?: object } = Object(gateway.answers.get(key));
      gateway.answers.set(key, {
        BackupSelection: { ...found.BackupSelection, Resources: ['none'] },
      });
    },
    told: [['BackupSelection.Resources', expect.any(String), 'none']],
  },
  'a restore test is made once a year': {
    resource: /^AwsBackupTestfilesPlan[0-9A-F]{8}$/,
    change: async ({ gateway }, name) => {
      const key = `eu-central-1 backup /restore-testing/plans/${name}`;
      const found: { RestoreTestingPlan?: object } = Object(gateway.answers.get(key));
      const RestoreTestingPlan = {
        ...found.RestoreTestingPlan,
        ScheduleExpression: 'cron(0 0 1 1 ? *)',
      };
      gateway.answers.set(key, { RestoreTestingPlan });
    },
    told: [['ScheduleExpression', expect.any(String), 'cron(0 0 1 1 ? *)']],
  },
  'a report is gone': {
    resource: /^AwsBackupReportsCopyJobs[0-9A-F]{8}$/,
    change: ({ clients }, ReportPlanName) =>
      clients.primary.backup.send(new backup.DeleteReportPlanCommand({ ReportPlanName })),
    told: ['missing'],
  },
  'a control asks for less': {
    resource: /^AwsBackupAuditFramework[0-9A-F]{8}$/,
    change: async ({ gateway }) => {
      const key = 'eu-central-1 backup /audit/frameworks/tidemark_shop_production';
      const found: { FrameworkControls?: object[] } = Object(gateway.answers.get(key));
      const FrameworkControls = found.FrameworkControls?.slice(1);
      gateway.answers.set(key, { ...found, FrameworkControls });
    },
    told: [[expect.stringContaining('FrameworkControls'), expect.any(String), null]],
  },
};
