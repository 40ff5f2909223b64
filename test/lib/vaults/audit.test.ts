import { role, shop, VAULT } from './shop.ts';

const { primary, replica } = shop({ lock: 'governance', people: ['user/anna'] });

const [framework] = Object.values(primary.findResources('AWS::Backup::Framework')).map(
  ({ Properties }) => Properties,
);

interface Control {
  readonly ControlName: string;
  readonly ControlScope: { readonly Tags: { readonly Key: string; readonly Value: string }[] };
  readonly ControlInputParameters: {
    readonly ParameterName: string;
    readonly ParameterValue: string;
  }[];
}
const written: readonly Control[] = framework?.FrameworkControls;
const controls = written.map(({ ControlName, ControlScope, ControlInputParameters }) => ({
  name: ControlName,
  tag: ControlScope.Tags.map(({ Key, Value }) => `${Key}=${Value}`).join(),
  parameters: Object.fromEntries(
    ControlInputParameters.map((p) => [p.ParameterName, p.ParameterValue]),
  ),
}));
const named = (name: string) =>
  Object.fromEntries(
    controls.filter((control) => control.name === name).map((c) => [c.tag, c.parameters]),
  );

describe('the framework', () => {
  test('is one, in the region of the resources, with a name of letters and underscores', () => {
    primary.resourceCountIs('AWS::Backup::Framework', 1);
    replica.resourceCountIs('AWS::Backup::Framework', 0);
    expect(framework?.FrameworkName).toBe('tidemark_shop_production');
  });

  test('asks of every tier for the days that the plan promises for it', () => {
    const tag = (rule: string) => `tidemark:backup-rule=${VAULT}-${rule}`;
    const days = (requiredRetentionDays: string) => ({ requiredRetentionDays });
    expect(named('BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK')).toEqual({
      [tag('databases/continuous')]: days('35'),
      [tag('databases/daily')]: days('35'),
      [tag('databases/monthly')]: days('366'),
      [tag('files/daily')]: days('90'),
      [tag('files/weekly')]: days('182'),
      [tag('files/monthly')]: days('366'),
      [tag('files/yearly')]: days('2557'),
      [tag('buckets/hourly')]: days('90'),
    });
  });

  test('its tags are those of the recovery points', () => {
    const tags = Object.values(primary.findResources('AWS::Backup::BackupPlan'))
      .flatMap(({ Properties }) => Properties.BackupPlan.BackupPlanRule)
      .map((rule) => `tidemark:backup-rule=${rule.RecoveryPointTags['tidemark:backup-rule']}`);
    expect(Object.keys(named('BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK')).sort()).toEqual(
      tags.sort(),
    );
  });

  test('asks of plans for every frequency that a control can say, with its days', () => {
    const asked = controls
      .filter(({ name }) => name === 'BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK')
      .map(({ tag, parameters: p }) => [
        tag.replace(`tidemark:backup-plan=${VAULT}-`, ''),
        `${p.requiredFrequencyValue} ${p.requiredFrequencyUnit}`,
        p.requiredRetentionDays,
      ]);
    expect(asked).toEqual([
      ['databases', '1 days', '35'],
      ['databases', '31 days', '366'],
      // Berlin has a day of 25 hours; it is a day. A year is more than a control can say.
      ['files', '1 days', '90'],
      ['files', '7 days', '182'],
      ['files', '31 days', '366'],
      ['buckets', '12 hours', '90'],
    ]);
    for (const { Properties } of Object.values(primary.findResources('AWS::Backup::BackupPlan'))) {
      expect(Properties.BackupPlanTags['tidemark:backup-plan']).toBe(
        Properties.BackupPlan.BackupPlanName,
      );
    }
  });

  test('nowhere leaves the days to the default of 35', () => {
    const retention = controls.filter(({ name }) => name.includes('RETENTION'));
    expect(retention.length).toBeGreaterThan(0);
    for (const { parameters } of retention)
      expect(parameters).toHaveProperty('requiredRetentionDays');
  });

  test('asks of tagged resources for a plan, a recent recovery point, a copy, a lock and a restore', () => {
    const things = 'backup=tidemark';
    const buckets = 'backup=buckets';
    expect(named('BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN')).toEqual({
      [things]: {},
      [buckets]: {},
    });
    const age = (hours: string) => ({
      recoveryPointAgeUnit: 'hours',
      recoveryPointAgeValue: hours,
    });
    expect(named('BACKUP_LAST_RECOVERY_POINT_CREATED')).toEqual({
      // A day of 25 hours, 1 to start, 6 to end.
      [things]: age('32'),
      [buckets]: age('19'),
    });
    const region = { crossRegionList: 'eu-west-1' };
    expect(named('BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION')).toEqual({
      [things]: region,
      [buckets]: region,
    });
    const lock = { minRetentionDays: '35', maxRetentionDays: '2557' };
    expect(named('BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK')).toEqual({
      [things]: lock,
      [buckets]: lock,
    });
    expect(named('RESTORE_TIME_FOR_RESOURCES_MEET_TARGET')).toEqual({
      [things]: { maxRestoreTime: '60' },
      [buckets]: { maxRestoreTime: '60' },
    });
  });

  test('asks of the vault for encryption and that only a broken glass deletes', () => {
    const vault = `tidemark:vault=${VAULT}`;
    expect(named('BACKUP_RECOVERY_POINT_ENCRYPTED')).toEqual({ [vault]: {} });
    expect(named('BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED')).toEqual({
      [vault]: {
        principalArnList: [
          role(`${VAULT}-break-glass-eu-central-1`),
          role(`${VAULT}-break-glass-eu-west-1`),
        ].join(),
      },
    });
    for (const template of [primary, replica]) {
      template.hasResourceProperties('AWS::Backup::BackupVault', {
        BackupVaultTags: { 'tidemark:vault': VAULT },
      });
    }
  });

  test('lets nobody delete where the plan names nobody', () => {
    const [framework] = Object.values(shop().primary.findResources('AWS::Backup::Framework'));
    expect(framework?.Properties.FrameworkControls).toContainEqual(
      expect.objectContaining({
        ControlName: 'BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED',
        ControlInputParameters: [],
      }),
    );
  });

  test('asks for no lock where there is none', () => {
    const [unlocked] = Object.values(shop().primary.findResources('AWS::Backup::Framework'));
    expect(JSON.stringify(unlocked)).not.toContain('VAULT_LOCK');
  });
});

describe('reports', () => {
  const plans = Object.values(primary.findResources('AWS::Backup::ReportPlan'));
  const [bucketId] = Object.keys(primary.findResources('AWS::S3::BucketPolicy')).filter((id) =>
    id.startsWith('AwsBackupReport'),
  );

  test('tell of jobs, copies, restores, controls and resources', () => {
    const settings = Object.fromEntries(
      plans.map(({ Properties }) => [
        Properties.ReportSetting.ReportTemplate,
        Properties.ReportSetting.FrameworkArns?.length ?? 0,
      ]),
    );
    expect(settings).toEqual({
      BACKUP_JOB_REPORT: 0,
      COPY_JOB_REPORT: 0,
      RESTORE_JOB_REPORT: 0,
      CONTROL_COMPLIANCE_REPORT: 1,
      RESOURCE_COMPLIANCE_REPORT: 1,
    });
    for (const { Properties } of plans) {
      expect(Properties.ReportPlanName).toMatch(/^tidemark_shop_production_[a-z_]+$/);
    }
  });

  test('are written where they may be: the policy of the bucket comes first', () => {
    expect(bucketId).toBeDefined();
    for (const { Properties, DependsOn } of plans) {
      expect(DependsOn).toContain(bucketId);
      expect(Properties.ReportDeliveryChannel.Formats).toEqual(['CSV', 'JSON']);
    }
  });

  test('go into a bucket that is private, kept, versioned, and written by AWS Backup only', () => {
    const policy = primary.findResources('AWS::S3::BucketPolicy')[bucketId ?? '']?.Properties;
    const bucket = primary.findResources('AWS::S3::Bucket')[policy.Bucket.Ref];
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    });
    const statements: readonly { Effect: string }[] = policy.PolicyDocument.Statement;
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      expect.objectContaining({
        Action: 's3:PutObject',
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': role(
              'aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports',
            ),
          },
          StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      }),
    ]);
  });
});
