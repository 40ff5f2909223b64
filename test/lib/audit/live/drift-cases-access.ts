import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import type { Cases } from './drift-cases.ts';

const OPEN = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Everybody', Effect: 'Allow', Action: '*', Resource: '*' }],
};

export const ACCESS_CASES: Cases = {
  'a key waits for its deletion': {
    resource: /^VeleroEncryptionKey[0-9A-F]{8}$/,
    change: ({ clients }, KeyId) =>
      clients.primary.kms.send(
        new kms.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }),
      ),
    told: [['KeyState', 'Enabled', expect.stringMatching(/^PendingDeletion, deleted on 20/)]],
  },
  'a key is not rotated any more': {
    resource: /^AlertsEncryptionKey[0-9A-F]{8}$/,
    change: ({ clients }, KeyId) =>
      clients.primary.kms.send(new kms.DisableKeyRotationCommand({ KeyId })),
    told: [['EnableKeyRotation', 'true', 'false']],
  },
  'a key is open to others': {
    side: 'replica',
    resource: /^BackupsEncryptionKey[0-9A-F]{8}$/,
    change: async ({ clients }, KeyId) => {
      const { kms: client } = clients.replica;
      const { Policy = '' } = await client.send(
        new kms.GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }),
      );
      const policy: { Statement: object[] } = JSON.parse(Policy);
      const Principal = { AWS: 'arn:aws:iam::999999999999:root' };
      const Statement = [...policy.Statement, { ...OPEN.Statement[0], Principal }];
      await client.send(
        new kms.PutKeyPolicyCommand({
          KeyId,
          PolicyName: 'default',
          Policy: JSON.stringify({ ...policy, Statement }),
        }),
      );
    },
    told: [
      [
        expect.stringContaining('KeyPolicy.Statement'),
        null,
        expect.stringContaining('arn:aws:iam::999999999999:root'),
      ],
    ],
  },
  'an alias leads to another key': {
    resource: /^EvidenceEncryptionAlias[0-9A-F]{8}$/,
    change: (of, AliasName) =>
      of.clients.primary.kms.send(
        new kms.UpdateAliasCommand({
          AliasName,
          TargetKeyId: of.idOf('primary', /^AwsBackupVaultEncryptionKey/),
        }),
      ),
    told: [
      [
        'TargetKeyId',
        expect.stringContaining('arn:aws:kms:eu-central-1:123456789012:key/'),
        expect.stringContaining('arn:aws:kms:eu-central-1:123456789012:key/'),
      ],
    ],
  },
  'a role may do everything': {
    resource: /^AccessdatabaseWriterRole[0-9A-F]{8}$/,
    change: async ({ clients }, RoleName) => {
      await clients.primary.iam.send(
        new iam.PutRolePolicyCommand({
          ...{ RoleName, PolicyName: 'more' },
          PolicyDocument: JSON.stringify(OPEN),
        }),
      );
      await clients.primary.iam.send(
        new iam.AttachRolePolicyCommand({
          RoleName,
          PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
        }),
      );
    },
    told: [
      ['Policies[more]', null, expect.stringContaining('"Action":["*"]')],
      ['ManagedPolicyArns', null, '["arn:aws:iam::aws:policy/AdministratorAccess"]'],
    ],
  },
  'somebody else may take a role': {
    resource: /^AccessdatabaseRestorerRole[0-9A-F]{8}$/,
    change: ({ clients }, RoleName) =>
      clients.primary.iam.send(
        new iam.UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['sts:AssumeRole', 'sts:TagSession'],
                Principal: { AWS: 'arn:aws:iam::999999999999:root' },
              },
            ],
          }),
        }),
      ),
    told: expect.arrayContaining([
      [
        'AssumeRolePolicyDocument.Statement.Principal.AWS',
        null,
        '["arn:aws:iam::999999999999:root"]',
      ],
    ]),
  },
  'a permission of a Lambda is gone': {
    resource: /^VerificationVerifyPartRoleDefaultPolicy[0-9A-F]{8}$/,
    change: (of) =>
      of.clients.primary.iam.send(
        new iam.DeleteRolePolicyCommand({
          RoleName: of.idOf('primary', /^VerificationVerifyPartRole[0-9A-F]{8}$/),
          PolicyName: 'VerificationVerifyPartRoleDefaultPolicy85FDFDAB',
        }),
      ),
    told: ['missing'],
  },
  'a service account has another role': {
    side: 'replica',
    resource: /^AccessdatabaseVerifierAssociation[0-9A-F]{8}$/,
    change: async ({ gateway }, id) => {
      const associationId = id.split('/').at(-1);
      const key = [...gateway.answers.keys()].find(
        (one) => one.startsWith('eu-west-1 eks ') && one.endsWith(`/${associationId}`),
      );
      if (key === undefined) throw new Error(`no association ${associationId}`);
      gateway.answers.set(key, {
        association: { associationId, roleArn: 'arn:aws:iam::1:role/x' },
      });
    },
    told: [['RoleArn', expect.stringContaining(':role/tidemark-'), 'arn:aws:iam::1:role/x']],
  },
};
