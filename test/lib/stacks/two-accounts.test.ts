import type { Template } from 'aws-cdk-lib/assertions';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { compiledOf, inTwoAccounts } from './every-environment.ts';
import { text } from './policy.ts';

const [FIRST, SECOND] = ['111111111111', '222222222222'];
const compiled = compiledOf({ name: 'apart', environment: 'production', plan: inTwoAccounts });

type Resource = ReturnType<Template['findResources']>[string];

function stacksOf(failback: boolean) {
  const { stacks } = new EnvironmentStage(tidemarkApp(), { compiled, failback }).synth();
  return stacks.map(({ id, stackName, environment, dependencies, template }) => {
    const all = Object.values<Resource>(template.Resources);
    return {
      name: stackName.replace('apart-production-', ''),
      id,
      account: environment.account,
      region: environment.region,
      after: dependencies.map((one) => one.id),
      all,
      of: (type: string) => all.filter(({ Type }) => Type === type),
    };
  });
}

const once = stacksOf(false);
const both = stacksOf(true);

const stack = (name: string, of = both) => {
  const found = of.find((one) => one.name === name);
  if (!found) throw new Error(`no stack ${name}`);
  return found;
};
const primary = stack('eu-central-1');
const replica = stack('eu-west-1');

describe('the stacks of an environment in two accounts', () => {
  test('are in the account of their side; whoever watches is in that of the copied bucket', () => {
    expect(once.map(({ name, account, region }) => [name, account, region])).toEqual([
      ['eu-west-1', SECOND, 'eu-west-1'],
      ['eu-west-1-replication', FIRST, 'eu-west-1'],
      ['eu-central-1', FIRST, 'eu-central-1'],
    ]);
    expect(stack('eu-central-1-replication').account).toBe(SECOND);
    expect(both).toHaveLength(4);
  });

  test('are deployed in an order in which each finds what it names', () => {
    const id = (name: string): string => stack(name).id;
    expect(primary.after).toEqual(
      expect.arrayContaining([id('eu-west-1'), id('eu-west-1-replication')]),
    );
    expect(replica.after).toContain(id('eu-central-1-replication'));
    expect(stack('eu-west-1', once).after).toEqual([`${stack('eu-west-1', once).id}.assets`]);
  });

  test('let in services for their own account only', () => {
    const named = both.flatMap(({ account, all }) =>
      [...JSON.stringify(all).matchAll(/"aws:SourceAccount":"?\[?"?(\d+)/g)].map(([, found]) => ({
        found,
        account,
      })),
    );
    expect(named.filter(({ found, account }) => found !== account)).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  test('name the other account where the two meet, and nowhere else', () => {
    const types = (name: string, other: string): string[] => [
      ...new Set(
        stack(name)
          .all.filter(({ Properties }) => JSON.stringify(Properties ?? {}).includes(other))
          .map(({ Type }) => Type),
      ),
    ];
    expect(types('eu-west-1', FIRST).sort()).toEqual([
      'AWS::Backup::BackupVault',
      // Names of buckets, which have the account in them.
      'AWS::CloudWatch::Alarm',
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      'AWS::KMS::Key',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
    ]);
    expect(types('eu-central-1', SECOND).sort()).toEqual(
      [
        ...types('eu-west-1', FIRST),
        'AWS::Backup::BackupPlan',
        'AWS::CloudWatch::Dashboard',
      ].sort(),
    );
  });
});

describe('replication between two accounts', () => {
  test.each([
    [primary, SECOND, 'eu-west-1'],
    [replica, FIRST, 'eu-central-1'],
  ])('from $name gives the copies to the account that holds them', (from, account, region) => {
    const destinations = from
      .of('AWS::S3::Bucket')
      .flatMap(({ Properties }) => Properties.ReplicationConfiguration?.Rules ?? [])
      .map(({ Destination }) => Destination);
    expect(destinations).toHaveLength(3);
    for (const destination of destinations) {
      const bucket = destination.Bucket.replace('arn:aws:s3:::', '');
      expect(destination).toMatchObject({
        Account: account,
        AccessControlTranslation: { Owner: 'Destination' },
        EncryptionConfiguration: {
          ReplicaKmsKeyID: `arn:aws:kms:${region}:${account}:alias/${bucket}`,
        },
      });
      expect(bucket).toContain(account);
    }
  });

  test('is watched in the account of the source, in both regions', () => {
    const watched = both.map(({ name, of }) => [
      name,
      of('AWS::CloudWatch::Alarm')
        .map(({ Properties }) => String(Properties.AlarmName).split('/').slice(3).join('/'))
        .filter((alarm) => alarm.startsWith('replication-from'))
        .sort(),
    ]);
    const from = (region: string, ...sections: string[]): string[] =>
      sections.map((section) => `replication-from-${region}/${section}`);
    const here = ['replication-behind [warning]', 'replication-failed [critical]'];
    const there = ['replication-backlog [warning]', ...here];
    expect(Object.fromEntries(watched)).toEqual({
      'eu-central-1': from('eu-central-1', ...here),
      'eu-west-1-replication': from('eu-central-1', ...there),
      'eu-west-1': from('eu-west-1', ...here),
      'eu-central-1-replication': from('eu-west-1', ...there),
    });
  });

  test('is on the dashboard as far as its account sees it', () => {
    const [dashboard] = primary.of('AWS::CloudWatch::Dashboard');
    const body = text(dashboard?.Properties.DashboardBody);
    expect(body).toContain(`arn:aws:cloudwatch:eu-west-1:${FIRST}:alarm:`);
    expect(body).not.toContain(`:${SECOND}:alarm:`);
  });
});

describe('alerts', () => {
  test('of each account go to its own topics', () => {
    for (const { account, name, of } of both) {
      const actions = of('AWS::CloudWatch::Alarm').flatMap(({ Properties }) =>
        (Properties.AlarmActions ?? []).map(text),
      );
      expect([name, actions.length > 0]).toEqual([name, true]);
      expect(actions.filter((arn: string) => /\d{12}/.exec(arn) && !arn.includes(account))).toEqual(
        [],
      );
    }
  });

  test('reach Slack from both, which listens to no topic of another account', () => {
    const topics = (name: string, of = both) =>
      stack(name, of)
        .of('AWS::Chatbot::SlackChannelConfiguration')
        .map(({ Properties }) => Properties.SnsTopicArns.map(text));
    const topic = (region: string, account: string): string =>
      `arn:aws:sns:${region}:${account}:tidemark-apart-production`;
    expect(topics('eu-central-1')).toEqual([
      [topic('eu-central-1', FIRST), topic('eu-west-1', FIRST)],
    ]);
    expect(topics('eu-west-1', once)).toEqual([[topic('eu-west-1', SECOND)]]);
    expect(topics('eu-west-1')).toEqual([
      [topic('eu-central-1', SECOND), topic('eu-west-1', SECOND)],
    ]);
  });

  test('of the topic that only alarms use tell of endpoints that take none', () => {
    const names = stack('eu-west-1-replication', once)
      .of('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties.AlarmName);
    expect(names).toContain('tidemark/apart/production/subscribers/alerts-undelivered [critical]');
  });
});

describe('AWS Backup', () => {
  const SERVICE = 'aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup';
  const copiers = (account: string, region: string): string[] => [
    `arn:aws:iam::${account}:role/${SERVICE}`,
    `arn:aws:iam::${account}:role/tidemark-apart-production-aws-backup-${region}`,
  ];

  test('copies into the vault of the other account', () => {
    const destinations = primary
      .of('AWS::Backup::BackupPlan')
      .flatMap(({ Properties }) => Properties.BackupPlan.BackupPlanRule)
      .flatMap(({ CopyActions = [] }) => CopyActions)
      .map(({ DestinationBackupVaultArn }) => DestinationBackupVaultArn);
    expect(new Set(destinations)).toEqual(
      new Set([`arn:aws:backup:eu-west-1:${SECOND}:backup-vault:tidemark-apart-production`]),
    );
  });

  test.each([
    [replica, FIRST],
    [primary, SECOND],
  ])('lets nobody of the other account remove what is in the vault in $name', (at, other) => {
    const [vault] = at.of('AWS::Backup::BackupVault');
    const denied = vault?.Properties.AccessPolicy.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Deny',
    );
    expect(denied).toHaveLength(2);
    expect(JSON.stringify(denied)).not.toContain(other);
  });

  test.each([
    [replica, FIRST, 'eu-central-1'],
    [primary, SECOND, 'eu-west-1'],
  ])(
    'of the other account may copy into the vault in $name, and nothing else',
    (at, other, region) => {
      const [vault] = at.of('AWS::Backup::BackupVault');
      const allowed = vault?.Properties.AccessPolicy.Statement.filter(
        ({ Effect }: { Effect: string }) => Effect === 'Allow',
      );
      expect(allowed).toEqual([
        {
          Sid: 'CopyFromOtherAccount',
          Effect: 'Allow',
          Principal: { AWS: expect.anything() },
          Action: 'backup:CopyIntoBackupVault',
          Resource: '*',
          Condition: { ArnEquals: { 'aws:PrincipalArn': copiers(other, region).sort() } },
        },
      ]);
      expect(text(allowed[0].Principal.AWS)).toContain(`:iam::${other}:root`);
      const roles = both.flatMap(({ of }) => of('AWS::IAM::Role'));
      expect(roles.map(({ Properties }) => Properties.RoleName)).toContain(
        `tidemark-apart-production-aws-backup-${region}`,
      );
    },
  );
});
