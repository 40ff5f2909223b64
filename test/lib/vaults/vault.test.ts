import type { Template } from 'aws-cdk-lib/assertions';
import { decision } from '../stacks/policy.ts';
import { REGIONS, role, SIDES, shop, VAULT } from './shop.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: unknown;
  readonly Action: string[];
  readonly Resource: unknown;
}

function one(template: Template, type: string, properties: object = {}) {
  const found = Object.entries(template.findResources(type, { Properties: properties }));
  const [first] = found;
  if (!first || found.length > 1) throw new Error(`${found.length} of ${type}`);
  return { id: first[0], resource: first[1] };
}

const both = shop({ lock: 'compliance', people: ['user/anna'] });

describe.each(SIDES)('the vault in the %s region', (side) => {
  const template = both[side];
  const { resource: vault } = one(template, 'AWS::Backup::BackupVault');
  const { id: keyId, resource: key } = one(template, 'AWS::KMS::Key', {
    Description: `recovery points in ${VAULT}`,
  });
  const policy: readonly Statement[] = vault.Properties.AccessPolicy.Statement;

  test('has the same name in both regions, and stays when the stack goes', () => {
    expect(vault.Properties.BackupVaultName).toBe(VAULT);
    expect(vault).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('is encrypted with a key of its own, which rotates and stays', () => {
    expect(vault.Properties.EncryptionKeyArn).toEqual({ 'Fn::GetAtt': [keyId, 'Arn'] });
    expect(key).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
    template.hasResourceProperties('AWS::KMS::Alias', { AliasName: `alias/${VAULT}-vault` });
  });

  test.each([
    ['tidemark-shop-production-aws-backup-eu-central-1', 'kms:GenerateDataKey', 'Allow'],
    ['tidemark-shop-production-aws-restore-eu-central-1', 'kms:Decrypt', 'Allow'],
    ['tidemark-shop-production-aws-restore-eu-west-1', 'kms:Decrypt', 'Allow'],
    ['aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup', 'kms:Decrypt', 'Allow'],
    ['tidemark-shop-production-database-restorer-eu-central-1', 'kms:Decrypt', undefined],
    ['admin', 'kms:Decrypt', undefined],
    ['admin', 'kms:CreateGrant', undefined],
    ['admin', 'kms:ScheduleKeyDeletion', 'Allow'],
  ])('its key: %s asks for %s', (principal, action, expected) => {
    expect(
      decision(key.Properties.KeyPolicy.Statement, {
        action,
        resource: '*',
        context: { 'aws:PrincipalArn': role(principal), 'kms:GrantIsForAWSResource': 'true' },
      }),
    ).toBe(expected);
  });

  test('grants its key to services of AWS only', () => {
    const grant = (forService: string) =>
      decision(key.Properties.KeyPolicy.Statement, {
        action: 'kms:CreateGrant',
        resource: '*',
        context: {
          'aws:PrincipalArn': role('tidemark-shop-production-aws-backup-eu-central-1'),
          'kms:GrantIsForAWSResource': forService,
        },
      });
    expect(grant('true')).toBe('Allow');
    expect(grant('false')).toBeUndefined();
  });

  describe('its policy: who may', () => {
    const breakGlass = `tidemark-shop-production-break-glass-${REGIONS[side]}`;
    const cloudFormation = `cdk-hnb659fds-cfn-exec-role-111111111111-${REGIONS[side]}`;
    const asked = (principal: string, action: string) =>
      decision(policy, {
        action,
        resource: 'arn:aws:backup:eu-central-1:111111111111:recovery-point:1',
        context: { 'aws:PrincipalArn': role(principal) },
      });

    test.each([
      ['backup:DeleteRecoveryPoint', { admin: 'Deny', cloudFormation: 'Deny' }],
      ['backup:DisassociateRecoveryPoint', { admin: 'Deny', cloudFormation: 'Deny' }],
      ['backup:UpdateRecoveryPointLifecycle', { admin: 'Deny', cloudFormation: 'Deny' }],
      ['backup:DeleteBackupVault', { admin: 'Deny', cloudFormation: undefined }],
      ['backup:DeleteBackupVaultAccessPolicy', { admin: 'Deny', cloudFormation: undefined }],
      ['backup:DeleteBackupVaultLockConfiguration', { admin: 'Deny', cloudFormation: undefined }],
      ['backup:PutBackupVaultAccessPolicy', { admin: 'Deny', cloudFormation: undefined }],
      ['backup:PutBackupVaultLockConfiguration', { admin: 'Deny', cloudFormation: undefined }],
      ['backup:StartRestoreJob', { admin: undefined, cloudFormation: undefined }],
      ['backup:CopyIntoBackupVault', { admin: undefined, cloudFormation: undefined }],
    ])('%s', (action, expected) => {
      expect({
        admin: asked('admin', action),
        cloudFormation: asked(cloudFormation, action),
      }).toEqual(expected);
      expect(asked(breakGlass, action)).toBeUndefined();
      // The same name in another region or of another account's pipeline is nobody.
      expect(asked('cdk-hnb659fds-cfn-exec-role-222222222222-us-east-1', action)).toBe(
        expected.admin,
      );
    });

    test('nobody deletes where the plan names nobody who could: a role of that name could be made', () => {
      const [unnamed] = Object.values(shop()[side].findResources('AWS::Backup::BackupVault'));
      const deletes = decision(unnamed?.Properties.AccessPolicy.Statement, {
        action: 'backup:DeleteRecoveryPoint',
        resource: 'arn:aws:backup:eu-central-1:111111111111:recovery-point:1',
        context: { 'aws:PrincipalArn': role(breakGlass) },
      });
      expect(deletes).toBe('Deny');
    });

    test('names actions one by one, as AWS Backup takes no wildcards', () => {
      const actions = policy.flatMap(({ Action }) => Action);
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    });

    test('is what the audit of manual deletion looks for: one statement, everybody, everything', () => {
      const wanted = [
        'backup:DeleteRecoveryPoint',
        'backup:UpdateRecoveryPointLifecycle',
        'backup:PutBackupVaultAccessPolicy',
      ];
      const found = policy.filter(
        ({ Effect, Principal, Resource, Action }) =>
          Effect === 'Deny' &&
          Principal === '*' &&
          Resource === '*' &&
          wanted.every((action) => Action.includes(action)),
      );
      expect(found).toHaveLength(1);
    });
  });
});

describe.each(SIDES)('the lock of the vault in the %s region', (side) => {
  const lockOf = (lock?: 'governance' | 'compliance') =>
    one(shop(lock ? { lock } : {})[side], 'AWS::Backup::BackupVault').resource.Properties
      .LockConfiguration;

  test('is final after three days where the environment says compliance', () => {
    expect(lockOf('compliance')).toEqual({
      MinRetentionDays: 35,
      MaxRetentionDays: 2557,
      ChangeableForDays: 3,
    });
  });

  test('can be lifted by who may where it says governance', () => {
    expect(lockOf('governance')).toEqual({ MinRetentionDays: 35, MaxRetentionDays: 2557 });
  });

  test('is not there where the environment has none', () => {
    expect(lockOf()).toBeUndefined();
  });
});
