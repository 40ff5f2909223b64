import { GROUPS, REGIONS, shop, VAULT, vaultArn } from './shop.ts';

const { primary, replica } = shop();

const plans = Object.values(primary.findResources('AWS::Backup::BackupPlan')).map(
  ({ Properties }) => Properties,
);
interface Rule {
  readonly RuleName: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly Lifecycle: unknown;
  readonly CopyActions?: readonly { readonly Lifecycle: unknown }[];
}

const rulesOf = (group: string): readonly Rule[] =>
  plans.find(({ BackupPlan }) => BackupPlan.BackupPlanName === `${VAULT}-${group}`)?.BackupPlan
    .BackupPlanRule ?? [];
const lifecycles = (group: string) =>
  Object.fromEntries(
    rulesOf(group).map(({ RuleName, Lifecycle, CopyActions }) => [
      RuleName,
      { here: Lifecycle, copy: CopyActions?.[0]?.Lifecycle },
    ]),
  );
const schedules = (group: string) =>
  rulesOf(group).map(({ ScheduleExpression, ScheduleExpressionTimezone }) => [
    ScheduleExpression,
    ScheduleExpressionTimezone,
  ]);

test('each group is a plan with the environment in its name, in the region of the resources', () => {
  expect(plans.map(({ BackupPlan }) => BackupPlan.BackupPlanName).sort()).toEqual([
    `${VAULT}-buckets`,
    `${VAULT}-databases`,
    `${VAULT}-files`,
  ]);
  replica.resourceCountIs('AWS::Backup::BackupPlan', 0);
});

test('each tier is a rule with its own days, here and at the copy', () => {
  expect(lifecycles('databases')).toEqual({
    continuous: { here: { DeleteAfterDays: 35 }, copy: undefined },
    daily: { here: { DeleteAfterDays: 35 }, copy: { DeleteAfterDays: 35 } },
    monthly: { here: { DeleteAfterDays: 366 }, copy: { DeleteAfterDays: 366 } },
  });
  const cold = { MoveToColdStorageAfterDays: 30, OptInToArchiveForSupportedResources: true };
  expect(lifecycles('files')).toEqual({
    daily: { here: { DeleteAfterDays: 90 }, copy: { DeleteAfterDays: 90 } },
    weekly: { here: { DeleteAfterDays: 182 }, copy: { DeleteAfterDays: 182 } },
    monthly: {
      here: { DeleteAfterDays: 366, ...cold },
      copy: { DeleteAfterDays: 366, ...cold },
    },
    yearly: {
      here: { DeleteAfterDays: 2557, ...cold },
      copy: { DeleteAfterDays: 2557, ...cold },
    },
  });
  expect(lifecycles('buckets')).toEqual({
    hourly: { here: { DeleteAfterDays: 90 }, copy: { DeleteAfterDays: 366 } },
  });
});

test('rules start when the plan says, in its time zone', () => {
  expect(schedules('databases')).toEqual([
    ['cron(0 12 * * ? *)', 'Etc/UTC'],
    ['cron(0 2 * * ? *)', 'Etc/UTC'],
    ['cron(0 2 1 * ? *)', 'Etc/UTC'],
  ]);
  expect(schedules('files')).toEqual([
    ['cron(0 1 * * ? *)', 'Europe/Berlin'],
    ['cron(0 1 ? * 1 *)', 'Europe/Berlin'],
    ['cron(0 1 1 * ? *)', 'Europe/Berlin'],
    ['cron(0 1 1 1 ? *)', 'Europe/Berlin'],
  ]);
  expect(schedules('buckets')).toEqual([['cron(0 0,12 * * ? *)', 'Etc/UTC']]);
});

test('windows are what AWS accepts: an hour to start, and more than an hour beyond that to end', () => {
  const windows = plans
    .flatMap(({ BackupPlan }) => BackupPlan.BackupPlanRule)
    .map((rule) => [rule.StartWindowMinutes, rule.CompletionWindowMinutes]);
  expect(windows).toHaveLength(8);
  for (const [start, completion] of windows) {
    expect(start).toBeGreaterThanOrEqual(60);
    expect(completion).toBeGreaterThanOrEqual(start + 60);
  }
});

test('only the continuous row is continuous', () => {
  const names = plans
    .flatMap(({ BackupPlan }) => BackupPlan.BackupPlanRule)
    .filter((rule) => rule.EnableContinuousBackup)
    .map((rule) => rule.RuleName);
  expect(names).toEqual(['continuous']);
});

test('every scheduled recovery point is copied into the vault of the other region', () => {
  const scheduled = plans
    .flatMap(({ BackupPlan }) => BackupPlan.BackupPlanRule)
    .filter((rule) => !rule.EnableContinuousBackup);
  for (const { CopyActions } of scheduled) {
    expect(CopyActions).toEqual([
      expect.objectContaining({ DestinationBackupVaultArn: vaultArn('replica') }),
    ]);
  }
});

test('a copy that shall stay for ever does not end with what it is copied from', () => {
  const { databases } = GROUPS;
  if (!databases) throw new Error('no databases');
  const groups = { databases: { ...databases, copyKeep: 'forever' as const } };
  const [rule] = Object.values(
    shop({ awsBackup: { groups } }).primary.findResources('AWS::Backup::BackupPlan'),
  ).map(({ Properties }) => Properties.BackupPlan.BackupPlanRule[1]);
  expect(rule.Lifecycle).toEqual({ DeleteAfterDays: 35 });
  expect(rule.CopyActions[0].Lifecycle).toEqual({ DeleteAfterDays: 36_500 });
});

test('a selection takes resources that are of a kind and have the tag, not of a kind or with the tag', () => {
  primary.hasResourceProperties('AWS::Backup::BackupSelection', {
    BackupSelection: {
      SelectionName: 'files',
      Resources: [
        'arn:aws:elasticfilesystem:*:*:file-system/*',
        'arn:aws:ec2:*:*:volume/*',
        'arn:aws:dynamodb:*:*:table/*',
      ],
      Conditions: {
        StringEquals: [{ ConditionKey: 'aws:ResourceTag/backup', ConditionValue: 'tidemark' }],
      },
    },
  });
  for (const { Properties } of Object.values(
    primary.findResources('AWS::Backup::BackupSelection'),
  )) {
    expect(Properties.BackupSelection.ListOfTags).toBeUndefined();
  }
});

const rolesOf = (template: typeof primary) =>
  Object.fromEntries(
    Object.values(template.findResources('AWS::IAM::Role'))
      .filter(({ Properties }) => /-aws-(backup|restore)-/.test(Properties.RoleName))
      .map(({ Properties }) => {
        const managed: readonly { 'Fn::Join': [string, string[]] }[] = Properties.ManagedPolicyArns;
        return [
          Properties.RoleName as string,
          {
            trust: Properties.AssumeRolePolicyDocument.Statement as unknown,
            inline: Properties.Policies as unknown,
            managed: managed.map((arn) => arn['Fn::Join'][1].at(-1)),
          },
        ];
      }),
  );
const TRUST = [
  {
    Action: 'sts:AssumeRole',
    Effect: 'Allow',
    Principal: { Service: 'backup.amazonaws.com' },
  },
];

test('roles can be assumed by AWS Backup only, and back up or restore, not both', () => {
  const here = REGIONS.primary;
  expect(rolesOf(primary)).toEqual({
    [`${VAULT}-aws-backup-${here}`]: {
      trust: TRUST,
      managed: [
        ':iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
        ':iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup',
      ],
    },
    [`${VAULT}-aws-restore-${here}`]: {
      trust: TRUST,
      managed: [
        ':iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
        ':iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore',
      ],
    },
  });
  expect(Object.keys(rolesOf(replica))).toEqual([`${VAULT}-aws-restore-${REGIONS.replica}`]);
});

test('roles have no rights to buckets where no group has any', () => {
  const { files } = GROUPS;
  if (!files) throw new Error('no files');
  const managed = Object.values(rolesOf(shop({ awsBackup: { groups: { files } } }).primary));
  expect(managed).toHaveLength(2);
  for (const role of managed) expect(role.managed).toHaveLength(1);
});
