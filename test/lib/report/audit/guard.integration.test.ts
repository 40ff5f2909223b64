import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { full, wal } from '../../../../lib/plan/language.ts';
import { guardText } from '../../../../lib/report/audit/guard.ts';
import insightdesk from '../../../../plans/insightdesk.ts';
import { guard } from '../../../support/cfn-guard.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import {
  audited,
  backupBucket,
  drop,
  type Files,
  type Resources,
  synthesised,
  withTemplates,
} from '../../audit/controls/environment.ts';

/** Synthesis takes seconds, and longer beside other tests. */
const PATIENCE = 60_000;

const PRIMARY = 'us-east-1';
const REPLICA = 'us-west-2';

/** The rules that the audit of `promised` writes, over other templates. */
async function verdict(promised: Files, templates: Files['templates']) {
  const folder = await tempFolder('guard');
  const [rules, aws] = [join(folder.path, 'backups.guard'), join(folder.path, 'aws')];
  try {
    await mkdir(aws);
    await writeFile(rules, guardText(audited(promised)));
    for (const { file, text } of templates) await writeFile(join(aws, basename(file)), text);
    return await guard(rules, aws);
  } finally {
    await folder.remove();
  }
}

const account = '333333333333';

/** An environment whose full backups are kept so. */
const fullsKept = (keep: Record<string, string>, cold: 'yearly'[] = []) => ({
  account,
  sources: {
    database: { protect: [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', keep, cold })] },
  },
});

test.each<[string, unknown]>([
  ['without a lock', { account }],
  ['with a lock in governance mode', { account, lock: 'governance' }],
  ['with a lock in compliance mode', { account, lock: 'compliance' }],
  ['with a class that has no end', fullsKept({ daily: '30d', yearly: 'forever' })],
  ['with a cold class that has no end', fullsKept({ daily: '30d', yearly: 'forever' }, ['yearly'])],
])(
  'the templates of an environment %s keep the rules of its audit',
  async (_, environment) => {
    const files = await synthesised(
      { ...insightdesk, exemptions: [], environments: { production: environment } },
      'production',
    );
    expect(await verdict(files, files.templates)).toEqual({ kept: true, failed: [] });
  },
  PATIENCE,
);

describe('templates that were edited by hand', () => {
  let files: Files;

  beforeAll(async () => {
    const environments = { production: { account, lock: 'governance' } };
    files = await synthesised({ ...insightdesk, exemptions: [], environments }, 'production');
  }, PATIENCE);

  type Edit = (resources: Resources, region: string) => void;
  const only =
    (region: string, edit: (resources: Resources) => void): Edit =>
    (resources, in_) => {
      if (in_ === region) edit(resources);
    };
  const rules = (resources: Resources) => backupBucket(resources).LifecycleConfiguration.Rules;
  const copying = (resources: Resources) =>
    backupBucket(resources).ReplicationConfiguration.Rules[0];
  const statements = (resources: Resources) =>
    Object.values(resources)
      .filter(({ Type }) => Type === 'AWS::S3::BucketPolicy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

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

  test.each<[string, Edit, string[]]>([
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
    ...['catalog', 'data', 'wal'].map((folder): [string, Edit, string[]] => [
      `a class without its rule for ${folder}`,
      only(REPLICA, (resources) => {
        backupBucket(resources).LifecycleConfiguration.Rules = rules(resources).filter(
          ({ Id }: { Id?: string }) => Id !== `${folder}-90d`,
        );
      }),
      ['replica_keeps_90d'],
    ]),
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
    ].map((limit): [string, Edit, string[]] => [
      `a rule limited by ${Object.keys(limit)}`,
      only(PRIMARY, (resources) => {
        for (const rule of rules(resources)) if (rule.Id === 'wal-7d') Object.assign(rule, limit);
      }),
      ['primary_keeps_7d'],
    ]),
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
    [
      'no lock in the second region',
      only(REPLICA, (resources) => {
        delete backupBucket(resources).ObjectLockConfiguration;
      }),
      ['replica_is_locked'],
    ],
    [
      'a shorter lock',
      only(PRIMARY, (resources) => {
        backupBucket(resources).ObjectLockConfiguration.Rule.DefaultRetention.Days = 1;
      }),
      ['primary_is_locked'],
    ],
    [
      'encryption with a key of Amazon’s',
      only(REPLICA, (resources) => {
        const [rule] = backupBucket(resources).BucketEncryption.ServerSideEncryptionConfiguration;
        delete rule.ServerSideEncryptionByDefault.KMSMasterKeyID;
      }),
      ['replica_is_encrypted_with_its_own_key'],
    ],
    [
      'no encryption',
      only(PRIMARY, (resources) => {
        delete backupBucket(resources).BucketEncryption;
      }),
      ['primary_is_encrypted_with_its_own_key'],
    ],
    [
      'a key that is not rotated',
      only(PRIMARY, (resources) => {
        const [key] = Object.values(resources).filter(({ Type }) => Type === 'AWS::KMS::Key');
        if (key) key.Properties.EnableKeyRotation = false;
      }),
      ['keys_are_rotated'],
    ],
    [
      'a key that is disabled',
      only(REPLICA, (resources) => {
        const [key] = Object.values(resources).filter(({ Type }) => Type === 'AWS::KMS::Key');
        if (key) key.Properties.Enabled = false;
      }),
      ['keys_are_enabled'],
    ],
    [
      'a copy in an archive',
      only(PRIMARY, (resources) => {
        copying(resources).Destination.StorageClass = 'DEEP_ARCHIVE';
      }),
      ['primary_is_copied_to_the_other_region'],
    ],
    [
      'replication that only a deployment knows',
      only(PRIMARY, (resources) => {
        backupBucket(resources).ReplicationConfiguration.Rules.push({ 'Fn::If': ['Less', {}, {}] });
      }),
      ['primary_is_copied_to_the_other_region'],
    ],
    [
      'a rule for a folder that comes first',
      only(PRIMARY, (resources) => {
        const rule = copying(resources);
        backupBucket(resources).ReplicationConfiguration.Rules.push({
          ...rule,
          Filter: { Prefix: 'data/' },
          Priority: 2,
        });
      }),
      ['primary_is_copied_to_the_other_region'],
    ],
    [
      'no replication',
      only(PRIMARY, (resources) => {
        delete backupBucket(resources).ReplicationConfiguration;
      }),
      ['primary_is_copied_to_the_other_region'],
    ],
    [
      'replication of a part',
      only(PRIMARY, (resources) => {
        copying(resources).Filter.Prefix = 'catalog/';
      }),
      ['primary_is_copied_to_the_other_region'],
    ],
    [
      'replication that takes an hour',
      only(PRIMARY, (resources) => {
        copying(resources).Destination.ReplicationTime.Time.Minutes = 60;
      }),
      ['primary_is_copied_to_the_other_region'],
    ],
    [
      'replicated deletions',
      only(PRIMARY, (resources) => {
        copying(resources).DeleteMarkerReplication.Status = 'Enabled';
      }),
      ['primary_is_copied_to_the_other_region'],
    ],
    [
      'requests without TLS from one network',
      only(PRIMARY, (resources) => {
        for (const { Condition } of statements(resources)) {
          if (Condition?.Bool?.['aws:SecureTransport']) {
            Condition.NotIpAddress = { 'aws:SourceIp': '10.0.0.0/8' };
          }
        }
      }),
      ['primary_refuses_requests_without_tls_and_other_keys'],
    ],
    [
      'TLS allowed to be missing',
      only(REPLICA, (resources) => {
        for (const statement of statements(resources)) {
          if (statement.Condition?.Bool?.['aws:SecureTransport']) statement.Effect = 'Allow';
        }
      }),
      ['replica_refuses_requests_without_tls_and_other_keys'],
    ],
    [
      'no policies',
      (resources) => drop(resources, ({ Type }) => Type === 'AWS::S3::BucketPolicy'),
      [
        'primary_refuses_requests_without_tls_and_other_keys',
        'replica_refuses_requests_without_tls_and_other_keys',
      ],
    ],
    [
      'a bucket that can be made public',
      only(REPLICA, (resources) => {
        delete backupBucket(resources).PublicAccessBlockConfiguration.BlockPublicPolicy;
      }),
      ['replica_is_versioned_closed_and_stays'],
    ],
    [
      'a bucket of another name',
      only(REPLICA, (resources) => {
        backupBucket(resources).BucketName = 'elsewhere';
      }),
      ['has_a_bucket_of_backups'],
    ],
  ])(
    '%s: fails and names the rule',
    async (_, edit, failed) => {
      const edited = withTemplates(files, edit);
      expect(await verdict(files, edited.templates)).toEqual({ kept: false, failed });
    },
    PATIENCE,
  );
});
