import type { Template } from 'aws-cdk-lib/assertions';
import { compile } from '../../../lib/plan/compile.ts';
import { continuous, full } from '../../../lib/plan/language.ts';
import { plan } from '../plan/example.ts';
import { templates } from '../stacks/environment.ts';
import { compiledShop, GROUPS, SIDES, shop } from './shop.ts';

const STATEFUL = [
  'AWS::Backup::BackupVault',
  'AWS::KMS::Key',
  'AWS::KMS::Alias',
  'AWS::S3::Bucket',
] as const;

/** Properties whose change makes CloudFormation replace the resource. */
const IDENTITY = ['BackupVaultName', 'EncryptionKeyArn', 'AliasName', 'BucketName', 'KeySpec'];

const identities = (template: Template) =>
  STATEFUL.flatMap((type) =>
    Object.entries(template.findResources(type)).map(([id, { Properties }]) => [
      type,
      id,
      IDENTITY.map((name) => Properties[name]),
    ]),
  );

const { compiled: without } = compile(plan(), 'production');
if (!without) throw new Error('the example has errors');
const before = templates(without);
const after = templates(compiledShop());
const changed = shop({
  lock: 'governance',
  awsBackup: {
    groups: {
      buckets: {
        resources: ['s3'],
        tag: { key: 'other', value: 'tag' },
        protect: [continuous({ keep: '7d' }), full({ at: '22:00', keep: '3y' })],
        verify: { restore: 'daily' },
      },
    },
  },
});

describe.each(SIDES)('the %s stack', (side) => {
  test('has nothing of AWS Backup in a plan that asks for nothing', () => {
    expect(JSON.stringify(before[side].toJSON())).not.toMatch(/AWS::Backup|backup\.amazonaws/);
  });

  test('changes nothing of what holds and protects the other backups', () => {
    const protecting = (template: Template) =>
      ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key', 'AWS::IAM::Role'].flatMap(
        (type) =>
          Object.entries(template.findResources(type)).filter(([id]) =>
            /^(Backups|Access)/.test(id),
          ),
      );
    expect(protecting(before[side]).length).toBeGreaterThan(5);
    expect(protecting(after[side])).toEqual(protecting(before[side]));
  });

  test('replaces no vault, key or bucket when schedules, retentions, tags, groups and lock change', () => {
    const stateful = (template: Template) =>
      identities(template).filter(([, id]) => String(id).startsWith('AwsBackup'));
    expect(stateful(after[side]).length).toBeGreaterThanOrEqual(3);
    expect(stateful(changed[side])).toEqual(stateful(after[side]));
  });

  test('stays within what a stack can hold', () => {
    const groups = Object.fromEntries(
      [1, 2].flatMap((n) =>
        Object.entries(GROUPS).map(([name, group]) => [
          `${name}-${n}`,
          { ...group, tag: { key: 'backup', value: `${n}` } },
        ]),
      ),
    );
    const six = shop({ awsBackup: { groups } })[side];
    const resources = (template: Template) => Object.keys(template.toJSON().Resources).length;
    // Two for each plan, one for each test, one alarm and one for each kind of resource.
    expect(resources(six) - resources(shop()[side])).toBe(side === 'primary' ? 3 * 4 + 6 : 0);
  });
});
