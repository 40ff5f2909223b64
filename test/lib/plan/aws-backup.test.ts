import type { Severity } from '../../../lib/plan/findings.ts';
import { continuous, full } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { backup, type Group, group, locked, NIGHTLY, protect } from './aws-backup/example.ts';
import { codesOf, findingsOf, plan } from './example.ts';

const THINGS = 'awsBackup.groups.things';

interface Case {
  readonly code: string;
  readonly severity: Severity;
  readonly path: string;
  readonly says: RegExp;
  /** A plan that has the finding, and one that is nearly the same and does not. */
  readonly fires: PlanInput;
  readonly silent: PlanInput;
}

const CASES: Case[] = [
  {
    code: 'TM811',
    severity: 'error',
    path: 'awsBackup.lock.min',
    says: /daily one of things is kept 35 d, .* at least 36 d/,
    fires: locked({ min: '36d' }),
    silent: locked({ min: '35d' }),
  },
  {
    code: 'TM811',
    severity: 'error',
    path: 'awsBackup.lock.min',
    says: /copy of the daily one of things is kept 14 d/,
    fires: locked({ min: '15d' }, { copyKeep: '14d' }),
    silent: locked({ min: '14d' }, { copyKeep: '14d' }),
  },
  {
    code: 'TM812',
    severity: 'error',
    path: 'awsBackup.lock.max',
    says: /monthly one of things is kept 366 d, .* allows 365 d/,
    fires: locked({ max: '365d' }),
    silent: locked({ max: '366d' }),
  },
  {
    code: 'TM812',
    severity: 'error',
    path: 'awsBackup.lock.max',
    says: /kept for ever/,
    fires: locked({ max: '99y' }, { protect: [full({ at: '02:00', keep: 'forever' })] }),
    silent: locked({}, { protect: [full({ at: '02:00', keep: 'forever' })] }),
  },
  {
    code: 'TM813',
    severity: 'error',
    path: 'awsBackup.lock.changeableFor',
    says: /final after 2 d, .* 3 d at least/,
    fires: locked({ changeableFor: '2d' }),
    silent: locked({ changeableFor: '3d' }),
  },
  {
    code: 'TM308',
    severity: 'info',
    path: 'awsBackup.lock',
    says: /3 d after the first deployment nobody can lift/,
    fires: locked({}),
    silent: backup(),
  },
  {
    code: 'TM814',
    severity: 'error',
    path: `${THINGS}.protect.0.keep`,
    says: /after 30 d and is deleted after 119 d: .* 90 d in between/,
    fires: backup({
      resources: ['efs'],
      protect: [full({ at: '02:00', keep: { daily: '90d', monthly: '119d' }, cold: ['monthly'] })],
    }),
    silent: backup({
      resources: ['efs'],
      protect: [full({ at: '02:00', keep: { daily: '90d', monthly: '120d' }, cold: ['monthly'] })],
    }),
  },
  {
    code: 'TM815',
    severity: 'warning',
    path: `${THINGS}.coldAfter`,
    says: /in cold storage after 6 d/,
    fires: backup({
      resources: ['efs'],
      coldAfter: '6d',
      protect: [full({ at: '02:00', keep: '1y', cold: ['daily'] })],
    }),
    silent: backup({
      resources: ['efs'],
      coldAfter: '7d',
      protect: [full({ at: '02:00', keep: '1y', cold: ['daily'] })],
    }),
  },
  {
    code: 'TM816',
    severity: 'error',
    path: `${THINGS}.protect.0.cold`,
    says: /points of RDS and S3 cannot move to cold storage/,
    fires: backup({
      resources: ['rds', 'efs', 's3'],
      protect: [full({ at: '02:00', keep: '1y', cold: ['daily'] })],
    }),
    silent: backup({
      resources: ['dynamodb', 'efs'],
      protect: [full({ at: '02:00', keep: '1y', cold: ['daily'] })],
    }),
  },
  {
    code: 'TM816',
    severity: 'error',
    path: `${THINGS}.protect.0.cold`,
    says: /weekly snapshots of EBS start 7 d apart, .* 28 d apart/,
    fires: backup({
      resources: ['ebs'],
      protect: [full({ at: '02:00', keep: { daily: '90d', weekly: '1y' }, cold: ['weekly'] })],
    }),
    silent: backup({
      resources: ['ebs'],
      protect: [full({ at: '02:00', keep: { daily: '90d', monthly: '1y' }, cold: ['monthly'] })],
    }),
  },
  {
    code: 'TM817',
    severity: 'error',
    path: `${THINGS}.protect.0.keep`,
    says: /reach back 36 d, .* 35 d/,
    fires: protect(continuous({ keep: '36d' }), NIGHTLY),
    silent: protect(continuous({ keep: '35d' }), NIGHTLY),
  },
  {
    code: 'TM818',
    severity: 'error',
    path: `${THINGS}.protect.0`,
    says: /no continuous backup of EFS and EBS and DynamoDB: .* a snapshot a day/,
    fires: backup({
      resources: ['efs', 'ebs', 'dynamodb'],
      protect: [continuous({ keep: '35d' }), full({ at: '02:00', keep: '90d' })],
    }),
    silent: backup({
      resources: ['rds', 'aurora', 's3'],
      protect: [continuous({ keep: '35d' }), full({ at: '02:00', keep: '90d' })],
    }),
  },
  {
    code: 'TM819',
    severity: 'error',
    path: `${THINGS}.copyKeep`,
    says: /monthly one of things is promised for 366 d, but its copy is kept 31 d/,
    fires: backup({ copyKeep: { monthly: '31d' } }),
    silent: backup({ copyKeep: { monthly: '2y' } }),
  },
  {
    code: 'TM820',
    severity: 'warning',
    path: `${THINGS}.copy`,
    says: /nothing of things is copied/,
    fires: backup({ copy: 'none' }),
    silent: backup({ copy: 'replica' }),
  },
  {
    code: 'TM820',
    severity: 'warning',
    path: `${THINGS}.protect`,
    says: /continuous backup stays where it is/,
    fires: protect(continuous({ keep: '35d' })),
    silent: protect(continuous({ keep: '35d' }), NIGHTLY),
  },
  {
    code: 'TM821',
    severity: 'error',
    path: `${THINGS}.protect.0`,
    says: /hourly one of things starts 30 min apart/,
    fires: protect(full({ every: '30m', keep: '30d' })),
    silent: protect(full({ every: '1h', keep: '30d' })),
  },
  {
    code: 'TM822',
    severity: 'error',
    path: `${THINGS}.startWithin`,
    says: /within 59 min, .* 60 min at least/,
    fires: backup({ startWithin: '59m' }),
    silent: backup({ startWithin: '60m' }),
  },
  {
    code: 'TM822',
    severity: 'error',
    path: `${THINGS}.startWithin`,
    says: /121 min late, but the next one starts after 2 h/,
    fires: backup({ startWithin: '121m', protect: [full({ every: '2h', keep: '30d' })] }),
    silent: backup({ startWithin: '120m', protect: [full({ every: '2h', keep: '30d' })] }),
  },
  {
    code: 'TM822',
    severity: 'error',
    path: `${THINGS}.protect.0.within`,
    says: /may take 119 min, .* an hour more than the 60 min/,
    fires: protect(full({ at: '02:00', within: '119m', keep: '30d' })),
    silent: protect(full({ at: '02:00', within: '2h', keep: '30d' })),
  },
  {
    code: 'TM823',
    severity: 'error',
    path: `${THINGS}.protect.0.keep`,
    says: /no schedule gives the monthly one of things/,
    fires: protect(full({ cron: '0 2 * * 0', keep: { weekly: '90d', monthly: '1y' } })),
    silent: protect(
      full({ cron: '0 2 * * 0', keep: { weekly: '90d' } }),
      full({ cron: '0 5 1 * *', keep: { monthly: '1y' } }),
    ),
  },
  {
    code: 'TM823',
    severity: 'error',
    path: `${THINGS}.protect.0.keep`,
    says: /no schedule gives the hourly one of things/,
    fires: protect(full({ at: '02:00', keep: { hourly: '30d', daily: '30d' } })),
    silent: protect(full({ every: '1h', keep: { hourly: '30d', daily: '30d' } })),
  },
  {
    code: 'TM824',
    severity: 'warning',
    path: `${THINGS}.protect.1`,
    says: /within 60 min of each other, such as at 2026-01-04T02:59/,
    fires: protect(
      full({ at: '02:00', keep: '30d' }),
      full({ cron: '59 2 * * 0', keep: { weekly: '90d' } }),
    ),
    silent: protect(
      full({ at: '02:00', keep: '30d' }),
      full({ cron: '0 3 * * 0', keep: { weekly: '90d' } }),
    ),
  },
  {
    code: 'TM825',
    severity: 'warning',
    path: 'awsBackup.groups.more.resources',
    says: /RDS with the tag backup=tidemark are in things and in more/,
    fires: plan({ awsBackup: { groups: { things: group(), more: group() } } }),
    silent: plan({
      awsBackup: {
        groups: { things: group(), more: group({ tag: { key: 'backup', value: 'other' } }) },
      },
    }),
  },
  {
    code: 'TM826',
    severity: 'warning',
    path: `${THINGS}.verify`,
    says: /no recovery point of things is ever restored/,
    fires: backup({ verify: {} }),
    silent: backup(),
  },
  {
    code: 'TM827',
    severity: 'error',
    path: `${THINGS}.protect.0.cron`,
    says: /"0 2 1 \* 0" names a date and a day of the week/,
    fires: protect(full({ cron: '0 2 1 * 0', keep: '90d' })),
    silent: protect(full({ cron: '0 2 * * 0', keep: '90d' })),
  },
  {
    code: 'TM828',
    severity: 'error',
    path: 'awsBackup.groups',
    says: /come to 58 controls .* allows 50/,
    fires: manyGroups(7),
    silent: manyGroups(6),
  },
  {
    code: 'TM829',
    severity: 'error',
    path: `${THINGS}.protect.0.keep`,
    says: /is kept 36524 d, .* 36500 d/,
    fires: protect(full({ at: '02:00', keep: '100y' })),
    silent: protect(full({ at: '02:00', keep: 'forever' })),
  },
  {
    code: 'TM302',
    severity: 'error',
    path: `${THINGS}.protect.0.cold`,
    says: /yearly recovery points shall move .* keeps only daily ones/,
    fires: backup({
      resources: ['efs'],
      protect: [full({ at: '02:00', keep: { daily: '1y' }, cold: ['yearly'] })],
    }),
    silent: backup({
      resources: ['efs'],
      protect: [full({ at: '02:00', keep: { daily: '1y', yearly: '7y' }, cold: ['yearly'] })],
    }),
  },
  {
    code: 'TM304',
    severity: 'error',
    path: `${THINGS}.protect.0.keep`,
    says: /daily one of things is kept 35 d, but the monthly one only 31 d/,
    fires: protect(full({ at: '02:00', keep: { daily: '35d', monthly: '31d' } })),
    silent: protect(full({ at: '02:00', keep: { daily: '31d', monthly: '31d' } })),
  },
  {
    code: 'TM309',
    severity: 'warning',
    path: `${THINGS}.protect`,
    says: /kept longer than 29 d, but environment production keeps such resources 30 d/,
    fires: protect(full({ at: '02:00', keep: '29d' })),
    silent: protect(full({ at: '02:00' })),
  },
  {
    code: 'TM309',
    severity: 'warning',
    path: `${THINGS}.protect`,
    says: /keeps such resources 90 d/,
    fires: backup({ resources: ['s3', 'efs'], protect: [full({ at: '02:00', keep: '89d' })] }),
    silent: backup({ resources: ['s3', 'efs'], protect: [full({ at: '02:00' })] }),
  },
];

/** Each has a tag of its own, and two tiers. */
function manyGroups(count: number): PlanInput {
  const groups = Array.from({ length: count }, (_, i) => [
    `group-${i}`,
    group({ tag: { key: 'backup', value: `${i}` } }),
  ]);
  return plan({ awsBackup: { groups: Object.fromEntries(groups) } });
}

test.each(CASES)('$code at $path: $says', ({ code, severity, path, says, fires, silent }) => {
  const found = findingsOf(fires).find((f) => f.code === code && says.test(f.message));
  expect(found).toMatchObject({ code, severity, path });
  expect(found?.remedy).not.toBe('');
  expect(findingsOf(silent).filter((f) => f.code === code && f.path.startsWith('aws'))).toEqual([]);
});

const forms = (of: PlanInput) =>
  findingsOf(of)
    .filter(({ severity }) => severity === 'error')
    .map(({ code, path }) => `${code} ${path}`);

test.each([
  ['a kind that AWS Backup does not know', { resources: ['redis'] }, /^TM00\d .*resources/],
  ['a reserved tag', { tag: { key: 'aws:name', value: 'x' } }, /^TM00\d .*tag.key/],
  ['an unknown key', { window: '1h' }, /^TM001 .*window/],
  ['no row', { protect: [] }, /^TM00\d .*protect/],
])('refuses %s', (_, changes, says) => {
  expect(forms(backup(changes as Partial<Group>))).toEqual([expect.stringMatching(says)]);
});

test('a group in which nothing is wrong has no error and no warning', () => {
  expect(codesOf(backup())).toEqual(codesOf(plan()));
});
