import { Match } from 'aws-cdk-lib/assertions';
import { roleName } from '../../../lib/access/role-names.ts';
import {
  backupServiceAccount,
  restoreServiceAccount,
  verifyServiceAccount,
} from '../../../lib/access/service-accounts.ts';
import { compiledPlan, source, templates } from '../stacks/environment.ts';
import { bucketStatements, decision, roleStatements } from '../stacks/policy.ts';

const compiled = compiledPlan();
const both = templates(compiled);
const ID = '20261121T020000Z-full-9f86d081';
const SEGMENT = '000000010000000000000003.zst';

const CLUSTERS = { primary: 'shop-1', replica: 'shop-2' };

describe.each(['primary', 'replica'] as const)('in the %s region', (side) => {
  const template = both[side];
  const region = compiled.regions[side];
  const here = `arn:aws:s3:::${compiled.buckets[side]}`;
  const there = `arn:aws:s3:::${compiled.buckets[side === 'primary' ? 'replica' : 'primary']}`;
  const may = (use: 'writer' | 'restorer', source: string) => {
    const statements = [
      ...roleStatements(template, roleName(compiled, region, use, source)),
      ...bucketStatements(template),
    ];
    return (action: string, key: string, context: Record<string, string> = {}, bucket = here) =>
      decision(statements, {
        action,
        resource: key === '' ? bucket : `${bucket}/${key}`,
        context: {
          'aws:SecureTransport': 'true',
          's3:TlsVersion': '1.3',
          's3:if-none-match': '*',
          's3:ObjectCreationOperation': 'true',
          ...context,
        },
      }) === 'Allow';
  };

  test('the writer of incremental backups reads which files their parents have, and nothing of them', () => {
    const [row] = source('orders').protections.filter(({ kind }) => kind === 'full');
    if (!row) throw new Error('no full backups');
    const protections = [...source('orders').protections, { ...row, kind: 'incremental' as const }];
    const plan = compiledPlan({ sources: [source('orders', { protections })] });
    const built = templates(plan)[side];
    const statements = [
      ...roleStatements(built, roleName(plan, region, 'writer', 'orders')),
      ...bucketStatements(built),
    ];
    const reads = (key: string) =>
      decision(statements, {
        action: 's3:GetObject',
        resource: `${here}/${key}`,
        context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' },
      }) === 'Allow';
    expect(reads(`data/30d/orders/${ID}/backup_manifest.zst`)).toBe(true);
    expect(reads(`data/30d/orders/${ID}/backup_manifest`)).toBe(true);
    expect(reads(`data/30d/orders/${ID}/base.tar.zst`)).toBe(false);
    expect(reads(`data/30d/orders/${ID}/backup_manifest.zst/base.tar`)).toBe(false);
    expect(reads(`data/30d/wal/${ID}/backup_manifest.zst`)).toBe(false);
  });

  describe('the writer of a source', () => {
    const writer = may('writer', 'orders');

    test.each([
      `catalog/30d/orders/${ID}.json`,
      `data/30d/orders/${ID}/base.tar.zst`,
      `data/366d-cold/orders/${ID}/wal/${SEGMENT}`,
      `wal/7d/orders/7123456789/00000001/${SEGMENT}`,
      `runs/orders/2026-11-21/20261121T020000Z-backup-9f86d081.json`,
      'tidemark.json',
    ])('adds %s', (key) => {
      expect(writer('s3:PutObject', key)).toBe(true);
      expect(writer('s3:AbortMultipartUpload', key)).toBe(true);
    });

    test.each([
      ['of another source', `data/30d/wal/${ID}/base.tar.zst`],
      ['of another source that is called like a folder', `data/30d/wal/${ID}/orders/base.tar.zst`],
      ['under a class that the plan does not promise', `data/forever/orders/${ID}/base.tar.zst`],
      ['of WAL under a class of backups', `wal/30d/orders/7123456789/00000001/${SEGMENT}`],
      ['in landing/', 'landing/orders/x'],
    ])('cannot add what is %s', (_, key) => {
      expect(writer('s3:PutObject', key)).toBe(false);
    });

    test('cannot overwrite', () => {
      const key = `data/30d/orders/${ID}/base.tar.zst`;
      const statements = [
        ...roleStatements(template, roleName(compiled, region, 'writer', 'orders')),
        ...bucketStatements(template),
      ];
      expect(
        decision(statements, {
          action: 's3:PutObject',
          resource: `${here}/${key}`,
          context: { 's3:ObjectCreationOperation': 'true', 's3:TlsVersion': '1.3' },
        }),
      ).toBe('Deny');
    });

    test.each([
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:PutObjectRetention',
      's3:PutObjectLegalHold',
      's3:BypassGovernanceRetention',
      's3:PutObjectAcl',
      's3:PutObjectTagging',
    ])('cannot %s', (action) => {
      expect(writer(action, `data/30d/orders/${ID}/base.tar.zst`)).toBe(false);
    });

    test.each([
      's3:PutBucketPolicy',
      's3:PutLifecycleConfiguration',
      's3:PutBucketVersioning',
      's3:PutReplicationConfiguration',
      's3:DeleteBucket',
    ])('cannot %s', (action) => {
      expect(writer(action, '')).toBe(false);
    });

    test('reads manifests, WAL and runs of its source, of older plans too, and no backed-up data', () => {
      expect(writer('s3:GetObject', `catalog/14d/orders/${ID}.json`)).toBe(true);
      expect(writer('s3:GetObject', `wal/14d/orders/7123456789/00000001/${SEGMENT}`)).toBe(true);
      expect(writer('s3:GetObject', 'runs/orders/2026-11-21/x.json')).toBe(true);
      expect(writer('s3:GetObject', 'tidemark.json')).toBe(true);
      expect(writer('s3:GetObject', `data/30d/orders/${ID}/base.tar.zst`)).toBe(false);
      expect(writer('s3:GetObject', `data/30d/orders/${ID}/backup_manifest.zst`)).toBe(false);
      expect(writer('s3:GetObject', `catalog/30d/wal/${ID}.json`)).toBe(false);
      expect(writer('s3:GetObject', 'runs/wal/2026-11-21/x.json')).toBe(false);
    });

    test('lists its own keys, and is told that an object does not exist', () => {
      const lists = (prefix: string) => writer('s3:ListBucket', '', { 's3:prefix': prefix });
      expect(['catalog/', 'wal/', 'catalog/30d/orders/', 'runs/orders/'].map(lists)).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect(['catalog/30d/wal/', 'runs/wal/', 'data/30d/orders/'].map(lists)).toEqual([
        false,
        false,
        false,
      ]);
      expect(writer('s3:ListBucket', '')).toBe(true);
    });

    test('does not reach the other region', () => {
      expect(writer('s3:PutObject', `data/30d/orders/${ID}/x`, {}, there)).toBe(false);
    });
  });

  describe('the restorer of a source', () => {
    const restorer = may('restorer', 'orders');

    test.each([
      `catalog/30d/orders/${ID}.json`,
      `data/14d/orders/${ID}/wal/${SEGMENT}`,
      `wal/7d/orders/7123456789/00000001/${SEGMENT}`,
    ])('reads %s in both regions', (key) => {
      expect(restorer('s3:GetObject', key)).toBe(true);
      expect(restorer('s3:GetObject', key, {}, there)).toBe(true);
    });

    test('writes nothing but the record of a restore, next to the nearer copy', () => {
      const record = (action: string): string =>
        `runs/orders/2026-11-21/20261121T020000Z-${action}-9f86d081.json`;
      expect(restorer('s3:PutObject', record('restore'))).toBe(true);
      expect(restorer('s3:PutObject', record('backup'))).toBe(false);
      expect(restorer('s3:PutObject', record('restore'), {}, there)).toBe(false);
      for (const key of [`data/30d/orders/${ID}/x`, 'runs/orders/x.json', 'tidemark.json']) {
        expect(restorer('s3:PutObject', key)).toBe(false);
        expect(restorer('s3:DeleteObject', key)).toBe(false);
      }
    });

    test('reads nothing of another source, even when its own is called like a folder', () => {
      expect(restorer('s3:GetObject', `data/30d/wal/${ID}/base.tar.zst`)).toBe(false);
      const ofWal = may('restorer', 'wal');
      expect(ofWal('s3:GetObject', `data/30d/wal/${ID}/base.tar.zst`)).toBe(true);
      expect(ofWal('s3:GetObject', `data/30d/orders/${ID}/wal/${SEGMENT}`)).toBe(false);
    });
  });

  test.each([
    ['writer', backupServiceAccount('orders')],
    ['restorer', restoreServiceAccount('orders')],
    ['verifier', verifyServiceAccount('orders')],
  ] as const)(
    'the %s is assumed by the pods of one service account of one cluster',
    (use, account) => {
      template.hasResourceProperties('AWS::IAM::Role', {
        RoleName: roleName(compiled, region, use, 'orders'),
        AssumeRolePolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'pods.eks.amazonaws.com' },
              Action: ['sts:AssumeRole', 'sts:TagSession'],
              Condition: {
                StringEquals: {
                  'aws:SourceAccount': compiled.account,
                  'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:${region}:${compiled.account}:cluster/${CLUSTERS[side]}`,
                  'aws:RequestTag/kubernetes-namespace': 'shop',
                  'aws:RequestTag/kubernetes-service-account': account,
                },
              },
            },
          ],
        },
      });
      template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
        ClusterName: CLUSTERS[side],
        Namespace: 'shop',
        ServiceAccount: account,
        RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Accessorders'), 'Arn'] },
      });
    },
  );

  test('the key encrypts for writers and decrypts for readers of this bucket, through S3, and for nobody else', () => {
    const [key] = Object.values(
      template.findResources('AWS::KMS::Key', {
        Properties: { Description: `backups in ${compiled.buckets[side]}` },
      }),
    );
    const uses = (action: string, role: string, changes: Record<string, string> = {}) =>
      decision(key?.Properties.KeyPolicy.Statement, {
        action,
        resource: 'key',
        context: {
          'aws:PrincipalArn': `arn:aws:iam::${compiled.account}:role/${role}`,
          'kms:ViaService': `s3.${region}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': here,
          ...changes,
        },
      }) === 'Allow';
    const writer = roleName(compiled, region, 'writer', 'orders');
    const restorer = roleName(compiled, region, 'restorer', 'orders');
    expect(uses('kms:GenerateDataKey', writer)).toBe(true);
    expect(uses('kms:Decrypt', writer)).toBe(true);
    expect(uses('kms:Decrypt', restorer)).toBe(true);
    // Of the other region, who reads here and writes nothing.
    const elsewhere = Object.values(compiled.regions).find((one) => one !== region) ?? '';
    const reader = roleName(compiled, elsewhere, 'restorer', 'orders');
    expect(uses('kms:Decrypt', reader)).toBe(true);
    expect(uses('kms:GenerateDataKey', reader)).toBe(false);
    expect(uses('kms:Decrypt', 'administrator')).toBe(false);
    expect(uses('kms:PutKeyPolicy', 'administrator')).toBe(true);
    expect(uses('kms:Decrypt', restorer, { 'kms:ViaService': 'ec2.amazonaws.com' })).toBe(false);
    expect(
      uses('kms:Decrypt', restorer, { 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::other' }),
    ).toBe(false);
  });
});

describe('names of roles', () => {
  const long = compiledPlan({ plan: 'p'.repeat(40), environment: 'e'.repeat(40) });

  test('fit into the 64 characters of IAM and stay apart', () => {
    const names = ['first', 'second'].map((name) => roleName(long, 'eu-west-1', 'writer', name));
    expect(names.map(({ length }) => length)).toEqual([64, 64]);
    expect(new Set(names).size).toBe(2);
  });
});
