import { DescribeFrameworkCommand, DescribeReportPlanCommand } from '@aws-sdk/client-backup';
import { isObject, listOf, type Properties, textAt } from '../properties.ts';
import { fromAnswer, type Look, type Reading } from '../reader.ts';

export function readFramework({ clients: { backup }, properties }: Look): Reading {
  const FrameworkName = textAt(properties, 'FrameworkName') ?? '';
  return {
    expected: {
      ...properties,
      FrameworkControls: listOf(properties.FrameworkControls).map(controlOf),
      DeploymentStatus: 'COMPLETED',
    },
    skipped: ['FrameworkName', 'FrameworkTags'],
    found: fromAnswer(
      async () => {
        const found = await backup.send(new DescribeFrameworkCommand({ FrameworkName }));
        return { ...found, FrameworkControls: (found.FrameworkControls ?? []).map(controlOf) };
      },
      'FrameworkControls',
      'FrameworkDescription',
      'DeploymentStatus',
    ),
  };
}

/** The template writes the tags of a scope as a list, AWS Backup answers with a mapping. */
function controlOf(control: unknown): Properties {
  if (!isObject(control)) return {};
  const scope = isObject(control.ControlScope) ? control.ControlScope : {};
  const tags = Array.isArray(scope.Tags)
    ? Object.fromEntries(scope.Tags.map((tag) => [textAt(tag, 'Key'), textAt(tag, 'Value')]))
    : scope.Tags;
  return { ...control, ControlScope: { ...scope, Tags: tags } };
}

export function readReportPlan({ clients: { backup }, properties }: Look): Reading {
  const ReportPlanName = textAt(properties, 'ReportPlanName') ?? '';
  return {
    skipped: ['ReportPlanName', 'ReportPlanTags'],
    found: fromAnswer(
      async () => {
        const { ReportPlan: found } = await backup.send(
          new DescribeReportPlanCommand({ ReportPlanName }),
        );
        const setting: Properties = { ...found?.ReportSetting };
        const { NumberOfFrameworks: _, ...ReportSetting } = setting;
        return { ...found, ReportSetting };
      },
      'ReportDeliveryChannel',
      'ReportPlanDescription',
      'ReportSetting',
    ),
  };
}
