import { compiledShop, shop } from './shop.ts';

const { primary } = shop();

const plans = Object.values(primary.findResources('AWS::Backup::RestoreTestingPlan')).map(
  ({ Properties }) => Properties,
);
const selections = Object.values(primary.findResources('AWS::Backup::RestoreTestingSelection'));

test('run as often as the plan says, on the newest recovery point of its own vault', () => {
  expect(plans.map((p) => [p.RestoreTestingPlanName, p.ScheduleExpression]).sort()).toEqual([
    ['tidemark_shop_production_buckets', 'cron(30 6 2 * ? *)'],
    ['tidemark_shop_production_databases', 'cron(30 6 ? * 2 *)'],
    ['tidemark_shop_production_files', 'cron(30 6 2 * ? *)'],
  ]);
  for (const { RecoveryPointSelection: selection } of plans) {
    expect(selection.Algorithm).toBe('LATEST_WITHIN_WINDOW');
    expect(selection.IncludeVaults).toEqual([
      { 'Fn::GetAtt': [expect.stringContaining('Vault'), 'BackupVaultArn'] },
    ]);
    expect(selection.SelectionWindowDays).toBeLessThanOrEqual(365);
  }
});

test('look back far enough that there is a recovery point', () => {
  const { awsBackup } = compiledShop();
  for (const group of awsBackup?.groups ?? []) {
    const name = group.plan.replaceAll('-', '_');
    const plan = plans.find((p) => p.RestoreTestingPlanName === name);
    const overdue = Math.min(...group.rules.map((rule) => rule.overdueSeconds));
    expect(plan?.RecoveryPointSelection.SelectionWindowDays * 86_400).toBeGreaterThan(overdue);
  }
});

test('restore continuous backups where there are any', () => {
  const types = Object.fromEntries(
    plans.map((p) => [p.RestoreTestingPlanName, p.RecoveryPointSelection.RecoveryPointTypes]),
  );
  expect(types).toEqual({
    tidemark_shop_production_buckets: ['SNAPSHOT'],
    tidemark_shop_production_databases: ['CONTINUOUS', 'SNAPSHOT'],
    tidemark_shop_production_files: ['SNAPSHOT'],
  });
});

test('cover every kind with the tag, after their plan exists', () => {
  expect(
    selections.map(({ Properties: p }) => [
      p.RestoreTestingPlanName.split('_').at(-1),
      p.ProtectedResourceType,
      p.ProtectedResourceConditions.StringEquals,
    ]),
  ).toEqual(
    expect.arrayContaining(
      [
        ['databases', 'RDS', 'tidemark'],
        ['databases', 'Aurora', 'tidemark'],
        ['files', 'EFS', 'tidemark'],
        ['files', 'EBS', 'tidemark'],
        ['files', 'DynamoDB', 'tidemark'],
        ['buckets', 'S3', 'buckets'],
      ].map(([plan, type, value]) => [
        plan,
        type,
        [{ Key: 'aws:ResourceTag/backup', Value: value }],
      ]),
    ),
  );
  expect(selections).toHaveLength(6);
  for (const { DependsOn } of selections) expect(DependsOn).toHaveLength(1);
});
