import insightdesk from '../../../../plans/insightdesk.ts';
import { backupBucket, synthesised, withTemplates } from '../../audit/controls/environment.ts';
import {
  type Case,
  only,
  PATIENCE,
  PRIMARY,
  REPLICA,
  rules,
  testEdits,
  verdict,
} from './guard-edits.ts';

const account = '333333333333';

test(
  'a retired class keeps the rules too, and may not end early',
  async () => {
    const environments = { production: { account } };
    const retired = await synthesised(
      { ...insightdesk, exemptions: [], environments, retired: ['14d'] },
      'production',
    );
    expect(await verdict(retired, retired.templates)).toEqual({ kept: true, failed: [] });
    const early = withTemplates(
      retired,
      only(REPLICA, (resources) => {
        for (const rule of rules(resources)) if (rule.Id === 'wal-14d') rule.ExpirationInDays = 1;
      }),
    );
    expect(await verdict(retired, early.templates)).toEqual({
      kept: false,
      failed: ['replica_keeps_14d'],
    });
  },
  PATIENCE,
);

const EDITS: readonly Case[] = [
  [
    'a class ends a day early in the second region',
    only(REPLICA, (resources) => {
      for (const rule of rules(resources)) if (rule.Id === 'data-90d') rule.ExpirationInDays = 89;
    }),
    ['replica_keeps_90d'],
  ],
  [
    'a rule for everything',
    only(PRIMARY, (resources) => {
      rules(resources).push({ ExpirationInDays: 1, Status: 'Enabled' });
    }),
    ['primary_expires_and_moves_nothing_else'],
  ],
  [
    'a rule for a folder above the classes',
    only(PRIMARY, (resources) => {
      rules(resources).push({ ExpirationInDays: 400, Prefix: 'data/', Status: 'Enabled' });
    }),
    ['primary_expires_and_moves_nothing_else'],
  ],
  [
    'a rule that ends on a date',
    only(REPLICA, (resources) => {
      rules(resources).push({ ExpirationDate: '2027-01-01T00:00:00Z', Status: 'Enabled' });
    }),
    ['replica_expires_and_moves_nothing_else'],
  ],
  [
    'a class without rules',
    only(PRIMARY, (resources) => {
      const bucket = backupBucket(resources);
      bucket.LifecycleConfiguration.Rules = rules(resources).filter(
        ({ Prefix }: { Prefix?: string }) => !Prefix?.endsWith('/7d/'),
      );
    }),
    ['primary_keeps_7d'],
  ],
  [
    'daily backups moved to an archive',
    only(PRIMARY, (resources) => {
      for (const rule of rules(resources)) {
        if (rule.Id === 'data-30d') {
          rule.Transitions = [{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 1 }];
        }
      }
    }),
    ['primary_keeps_30d'],
  ],
  [
    'backups moved to an archive by a rule for everything',
    only(PRIMARY, (resources) => {
      rules(resources).push({
        Status: 'Enabled',
        Transitions: [{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 1 }],
      });
    }),
    ['primary_expires_and_moves_nothing_else'],
  ],
  [
    'yearly backups moved to an archive that cannot be read at once, too',
    only(PRIMARY, (resources) => {
      for (const rule of rules(resources)) {
        if (rule.Id === 'data-366d-cold') {
          rule.Transitions.push({ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 120 });
        }
      }
    }),
    ['primary_keeps_366d_cold'],
  ],
  [
    'yearly backups not moved',
    only(REPLICA, (resources) => {
      for (const rule of rules(resources)) {
        if (rule.Id === 'data-366d-cold') delete rule.Transitions;
      }
    }),
    ['replica_keeps_366d_cold'],
  ],
  ...['catalog', 'data', 'wal'].map(
    (folder): Case => [
      `a class without its rule for ${folder}`,
      only(REPLICA, (resources) => {
        backupBucket(resources).LifecycleConfiguration.Rules = rules(resources).filter(
          ({ Id }: { Id?: string }) => Id !== `${folder}-90d`,
        );
      }),
      ['replica_keeps_90d'],
    ],
  ),
  [
    'data that goes with its manifest, before the longest job is over',
    only(PRIMARY, (resources) => {
      for (const rule of rules(resources)) if (rule.Id === 'data-90d') rule.ExpirationInDays = 90;
    }),
    ['primary_keeps_90d'],
  ],
  ...[
    { TagFilters: [{ Key: 'keep', Value: 'no' }] },
    { ObjectSizeGreaterThan: '1024' },
    { ObjectSizeLessThan: '1024' },
  ].map(
    (limit): Case => [
      `a rule limited by ${Object.keys(limit)}`,
      only(PRIMARY, (resources) => {
        for (const rule of rules(resources)) if (rule.Id === 'wal-7d') Object.assign(rule, limit);
      }),
      ['primary_keeps_7d'],
    ],
  ),
  [
    'a rule beside for some tags that ends sooner',
    only(PRIMARY, (resources) => {
      rules(resources).push({
        ExpirationInDays: 1,
        Prefix: 'data/30d/',
        Status: 'Enabled',
        TagFilters: [{ Key: 'keep', Value: 'no' }],
      });
    }),
    ['primary_keeps_30d'],
  ],
  [
    'a rule that is switched off',
    only(REPLICA, (resources) => {
      for (const rule of rules(resources)) if (rule.Id === 'wal-7d') rule.Status = 'Disabled';
    }),
    ['replica_keeps_7d'],
  ],
  [
    'days that only a deployment knows',
    only(PRIMARY, (resources) => {
      for (const rule of rules(resources)) {
        if (rule.Id === 'data-30d') rule.ExpirationInDays = { 'Fn::If': ['Short', 1, 31] };
      }
    }),
    ['primary_keeps_30d'],
  ],
  [
    'a rule that is there under a condition',
    only(PRIMARY, (resources) => {
      const tidy = { ExpirationInDays: 1, Status: 'Enabled' };
      rules(resources).push({ 'Fn::If': ['Tidy', tidy, { Ref: 'AWS::NoValue' }] });
    }),
    ['primary_expires_and_moves_nothing_else'],
  ],
];

testEdits(EDITS);
