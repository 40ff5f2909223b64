import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { compile } from '../../../lib/plan/compile.ts';
import { continuous, full, type PlanInput, wal } from '../../../lib/plan/language.ts';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { plan, type Source, source } from '../plan/example.ts';
import { GROUPS } from '../vaults/shop.ts';

/**
 * What holds backups, opens them or tells of them, and the properties whose change makes CloudFormation replace it, or
 * fail, by the references of the resource types ("Update requires: Replacement"). A lock on a bucket that has none is among them,
 * and so is the key that an alias stands for: what it was is then out of reach.
 */
const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
  'AWS::KMS::Alias': ['AliasName', 'TargetKeyId'],
  'AWS::Backup::BackupVault': ['BackupVaultName', 'EncryptionKeyArn'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
};

/** Without it, taking the resource out of the template would delete it. Topics and their keys hold nothing. */
const KEPT = ['AWS::S3::Bucket', 'AWS::Backup::BackupVault', 'AWS::Logs::LogGroup'];

interface Identity {
  readonly type: string;
  readonly stays: boolean;
  readonly decisive: Readonly<Record<string, unknown>>;
}

type Resources = Record<
  string,
  { Type: string; Properties?: Record<string, unknown>; DeletionPolicy?: string }
>;

function stacksOf(of: PlanInput, failback = false): CloudFormationStackArtifact[] {
  const [environment = ''] = Object.keys(of.environments);
  const { compiled, findings } = compile(of, environment);
  if (!compiled) throw new Error(JSON.stringify(findings));
  return new EnvironmentStage(tidemarkApp(), { compiled, failback }).synth().stacks;
}

/** By stack and logical id: with another one of either, it is another resource. */
function stateful(of: PlanInput, failback = false): Record<string, Identity> {
  return Object.fromEntries(
    stacksOf(of, failback).flatMap(({ stackName, template }) => {
      const { Resources: resources }: { Resources: Resources } = template;
      return Object.entries(resources).flatMap(
        ([id, { Type, Properties = {}, DeletionPolicy }]) => {
          const decisive = REPLACED_BY[Type];
          if (!decisive) return [];
          const values = decisive.map((name) => [name, Properties[name] ?? null]);
          const identity = {
            type: Type,
            stays: DeletionPolicy === 'Retain',
            decisive: Object.fromEntries(values),
          };
          return [[`${stackName}/${id}`, identity]];
        },
      );
    }),
  );
}

const base = plan({
  environments: { production: { account: '111111111111', lock: 'governance' } },
  sources: { orders: source(), customers: source() },
  awsBackup: { groups: GROUPS },
});
const before = stateful(base);

const protect = (...rows: Source['protect']): PlanInput => ({
  ...base,
  sources: { orders: source({ protect: rows }), customers: source() },
});

const manySources = Object.fromEntries(
  Array.from({ length: 30 }, (_, i) => [`orders-${i}`, source()]),
);

const CHANGES: readonly (readonly [string, PlanInput])[] = [
  [
    'another schedule',
    protect(wal({ flush: '30s', keep: '7d' }), full({ at: '14:30', keep: '30d' })),
  ],
  [
    'a longer retention',
    protect(wal({ flush: '60s', keep: '14d' }), full({ at: '03:00', keep: '5y' })),
  ],
  [
    'a shorter retention',
    protect(wal({ flush: '60s', keep: '2d' }), full({ at: '03:00', keep: '3d' })),
  ],
  [
    'tiers and cold storage',
    protect(
      wal({ flush: '60s', keep: '7d' }),
      full({ at: '03:00', keep: { daily: '30d', monthly: '1y' }, cold: ['monthly'] }),
    ),
  ],
  ['one source more', { ...base, sources: { ...base.sources, archive: source() } }],
  ['one source less', { ...base, sources: { orders: source() } }],
  ['a source with another name', { ...base, sources: { sales: source(), customers: source() } }],
  ['so many sources that they get stacks of their own', { ...base, sources: manySources }],
  [
    'no lock any more, and so a lock that was added',
    { ...base, environments: { production: { account: '111111111111' } } },
  ],
  [
    'a lock that nobody can lift',
    {
      ...base,
      environments: { production: { account: '111111111111', lock: 'compliance' as const } },
    },
  ],
  ['other people to tell', { ...base, alerts: { email: ['night@example.com'] } }],
  ['another cadence of verification', { ...base, verify: { checksums: 'daily' } }],
  [
    'other schedules, retentions and groups of AWS Backup',
    {
      ...base,
      awsBackup: {
        groups: {
          buckets: {
            resources: ['s3'],
            tag: { key: 'other', value: 'tag' },
            protect: [continuous({ keep: '7d' }), full({ at: '22:00', keep: '3y' })],
          },
        },
      },
    },
  ],
];

describe('no bucket, key, vault, log or topic is replaced or removed by', () => {
  test('nothing: each of them is there, and what holds something is kept', () => {
    const types = Object.values(before).map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set(Object.keys(REPLACED_BY)));
    const lost = Object.entries(before).filter(
      ([id, { type, stays }]) =>
        !stays && (KEPT.includes(type) || (type === 'AWS::KMS::Key' && !id.includes('/Alerts'))),
    );
    expect(lost).toEqual([]);
  });

  test.each(CHANGES)('%s', (_, changed) => {
    const after = stateful(changed);
    expect(after).toEqual(before);
  });

  test('replication in both directions', () => {
    expect(stateful(base, true)).toEqual(before);
  });
});

/** What does replace them, so that the comparison is known to see it. */
test.each([
  ['another name of the plan', { ...base, name: 'store' }],
  [
    'another account',
    {
      ...base,
      environments: { production: { account: '222222222222', lock: 'governance' as const } },
    },
  ],
])('%s is another bucket or key', (_, changed) => {
  expect(stateful(changed)).not.toEqual(before);
});
