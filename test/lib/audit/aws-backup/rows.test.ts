import type { Edit } from '../edits.ts';
import { insert, replace } from '../edits.ts';
import { auditedShop } from './environment.ts';

const PRIMARY = 'eu-central-1.template.json';
const REPLICA = 'eu-west-1.template.json';
const VAULT = '"AWS::Backup::BackupVault"';
const DATABASES = '"BackupPlanName": "tidemark-shop-production-databases"';
const FILES = '"BackupPlanName": "tidemark-shop-production-files"';

const shop = auditedShop();

describe('what AWS Backup promises', () => {
  test('is a row for each rule, with what both vaults say of it', () => {
    const { awsBackup, problems } = shop.audit();
    expect(problems).toEqual([]);
    expect(awsBackup.map(({ group, rule, kept }) => [group, rule, kept])).toEqual([
      ['databases', 'continuous', true],
      ['databases', 'daily', true],
      ['databases', 'monthly', true],
      ['files', 'daily', true],
      ['files', 'weekly', true],
      ['files', 'monthly', true],
      ['files', 'yearly', true],
      ['buckets', 'hourly', true],
    ]);
    expect(
      awsBackup.find(({ group, rule }) => group === 'files' && rule === 'yearly'),
    ).toMatchObject({
      resources: ['efs', 'ebs', 'dynamodb'],
      tag: 'backup=tidemark',
      tier: 'yearly',
      promisedDays: 2557,
      promisedColdAfterDays: expect.any(Number),
      restoreTest: { schedule: { timezone: 'Etc/UTC' }, place: { resource: /Test/ } },
      points: (['primary', 'replica'] as const).map((role) => ({
        role,
        vault: 'tidemark-shop-production',
        keepDays: 2557,
        lock: { mode: 'governance', minDays: 35, maxDays: 2557 },
        key: 'alias/tidemark-shop-production-vault',
      })),
    });
  });

  test('has no copy of a continuous backup, which stays in its region', () => {
    const [continuous] = shop.audit().awsBackup;
    expect(continuous?.points.map(({ role, keepDays }) => [role, keepDays])).toEqual([
      ['primary', 35],
    ]);
  });

  test('keeps copies of its own days', () => {
    const buckets = shop.audit().awsBackup.find(({ group }) => group === 'buckets');
    expect(buckets?.points.map(({ keepDays }) => keepDays)).toEqual([90, 366]);
  });
});

type Case = readonly [
  what: string,
  file: string,
  edit: Edit,
  message: RegExp,
  broken: readonly string[],
];

const ALL = 8;
const EDITS: readonly Case[] = [
  [
    'a shorter retention',
    PRIMARY,
    replace(
      [DATABASES, '"CopyActions"', '"Lifecycle"', '"Lifecycle"', '"DeleteAfterDays"'],
      '35',
      '7',
    ),
    /rule daily of .*-databases keeps recovery points for 7 d; the plan needs for 35 d/,
    ['databases/daily'],
  ],
  [
    'a copy that is kept shorter',
    PRIMARY,
    replace([DATABASES, '"CopyActions"', '"DeleteAfterDays"'], '35', '5'),
    /rule daily of .*-databases keeps copies for 5 d; the plan needs for 35 d/,
    ['databases/daily'],
  ],
  [
    'copies in another vault',
    PRIMARY,
    replace([DATABASES, '"DestinationBackupVaultArn"'], 'eu-west-1', 'eu-west-2'),
    /copies to arn:aws:backup:eu-west-2:.*; the plan needs copies in arn:aws:backup:eu-west-1/,
    ['databases/daily'],
  ],
  [
    'another time',
    PRIMARY,
    replace([FILES, '"ScheduleExpression"'], 'cron(0 1 ', 'cron(0 5 '),
    /rule daily of .*-files has ScheduleExpression cron\(0 5 .*; the plan needs cron\(0 1 /,
    ['files/daily'],
  ],
  [
    'another time zone',
    PRIMARY,
    replace([FILES, '"ScheduleExpressionTimezone"'], 'Europe/Berlin', 'Etc/UTC'),
    /ScheduleExpressionTimezone Etc\/UTC; the plan needs Europe\/Berlin/,
    ['files/daily'],
  ],
  [
    'no continuous backup',
    PRIMARY,
    replace([DATABASES, '"EnableContinuousBackup"'], 'true', 'false'),
    /rule continuous .* has EnableContinuousBackup false; the plan needs true/,
    ['databases/continuous'],
  ],
  [
    'a rule that is gone',
    PRIMARY,
    replace([FILES, '"RuleName": "weekly"'], 'weekly', 'sometimes'),
    /rule weekly of backup plan .*-files is missing/,
    ['files/weekly'],
  ],
  [
    'another tag',
    PRIMARY,
    replace(['"AWS::Backup::BackupSelection"', '"ConditionValue"'], 'tidemark', 'nothing'),
    /-databases selects by aws:ResourceTag\/backup=nothing; the plan needs aws:ResourceTag\/backup=tidemark/,
    ['databases/continuous', 'databases/daily', 'databases/monthly'],
  ],
  [
    'a kind that is not selected',
    PRIMARY,
    replace(['"AWS::Backup::BackupSelection"', 'arn:aws:rds:*:*:cluster:*'], 'cluster', 'db'),
    /-databases does not select aurora; the plan needs it/,
    ['databases/continuous', 'databases/daily', 'databases/monthly'],
  ],
  [
    'a restore test at another time',
    PRIMARY,
    replace(['"AWS::Backup::RestoreTestingPlan"', '"ScheduleExpression"'], '6', '7'),
    /restore test tidemark_shop_production_databases runs at cron/,
    ['databases/continuous', 'databases/daily', 'databases/monthly'],
  ],
];

describe('an edit of what AWS Backup does', () => {
  test.each(EDITS)('%s is one problem, at its line', (_, name, edit, message, broken) => {
    const { audit, file, line } = shop.after(name, edit);
    expect(audit.problems).toEqual([
      {
        place: { file, line, resource: expect.any(String) },
        message: expect.stringMatching(message),
        remedy: expect.any(String),
      },
    ]);
    const lost = audit.awsBackup.filter(({ kept }) => !kept);
    expect(lost.map(({ group, rule }) => `${group}/${rule}`)).toEqual(broken);
  });

  test.each([
    [
      'no lock',
      PRIMARY,
      replace([VAULT, '"LockConfiguration"'], 'LockConfiguration', 'LockNothing'),
      /has no lock; the plan needs governance mode/,
    ],
    [
      'a wider lock',
      REPLICA,
      replace([VAULT, '"MinRetentionDays"'], '35', '1'),
      /of eu-west-1 has MinRetentionDays 1; the plan needs 35/,
    ],
    [
      'a lock that becomes final',
      PRIMARY,
      insert([VAULT, '"LockConfiguration"'], ['     "ChangeableForDays": 3,']),
      /has ChangeableForDays 3; the plan needs none/,
    ],
    [
      'removal with the stack',
      REPLICA,
      replace([VAULT, '"DeletionPolicy"'], 'Retain', 'Delete'),
      /DeletionPolicy of vault .* of eu-west-1 is Delete/,
    ],
  ] as const)(
    'a vault with %s is one problem that breaks every promise',
    (_, name, edit, message) => {
      const { audit, file, line } = shop.after(name, edit);
      expect(audit.problems).toEqual([
        {
          place: { file, line: expect.any(Number), resource: expect.stringMatching(/Vault/) },
          message: expect.stringMatching(message),
          remedy: expect.any(String),
        },
      ]);
      expect(Math.abs((audit.problems[0]?.place?.line ?? 0) - line)).toBeLessThan(8);
      expect(audit.awsBackup.filter(({ kept }) => !kept)).toHaveLength(ALL);
    },
  );

  test('a vault that is gone is one problem, and nothing is said of what would be in it', () => {
    const { audit } = shop.after(REPLICA, replace(['"BackupVaultName"'], 'shop', 'other'));
    expect(audit.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/no template of eu-west-1 has the vault tidemark-shop-production/),
    ]);
    expect(audit.awsBackup.flatMap(({ points }) => points).map(({ role }) => role)).not.toContain(
      'replica',
    );
  });
});

describe('a lock of compliance', () => {
  const locked = auditedShop('compliance');

  test('is told from one that can be lifted', () => {
    const { awsBackup, problems } = locked.audit();
    expect(problems).toEqual([]);
    expect(
      new Set(awsBackup.flatMap(({ points }) => points.map(({ lock }) => lock?.mode))),
    ).toEqual(new Set(['compliance']));
  });
});
