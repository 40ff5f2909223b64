import { compile } from '../../../lib/plan/compile.ts';
import type { Severity } from '../../../lib/plan/findings.ts';
import { continuous, full } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { codesOf, findingsOf, plan, production } from './example.ts';

type AwsBackup = NonNullable<PlanInput['awsBackup']>;
type Group = AwsBackup['groups'][string];

const NIGHTLY = full({ at: '02:00', keep: { daily: '35d', monthly: '1y' } });

/** A group in which nothing is wrong, with changes. */
const group = (changes: Partial<Group> = {}): Group => ({
  resources: ['rds'],
  tag: { key: 'backup', value: 'tidemark' },
  protect: [NIGHTLY],
  verify: { restore: 'monthly' },
  ...changes,
});

const backup = (changes: Partial<Group> = {}, rest: Partial<AwsBackup> = {}): PlanInput =>
  plan({ awsBackup: { groups: { things: group(changes) }, ...rest } });

const protect = (...rows: Group['protect']): PlanInput => backup({ protect: rows });

/** In an environment whose lock nobody can lift. */
const locked = (lock: AwsBackup['lock'], changes: Partial<Group> = {}): PlanInput => ({
  ...production({ lock: 'compliance' }),
  awsBackup: { ...(lock && { lock }), groups: { things: group(changes) } },
});

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

describe('the compiled form', () => {
  const compiled = (of: PlanInput, environment = 'production') =>
    compile(of, environment).compiled?.awsBackup;
  const rules = (of: PlanInput) =>
    compiled(of)?.groups[0]?.rules.map(({ name, schedule, keepDays }) => [
      name,
      schedule.cron,
      keepDays,
    ]);

  test('is absent from a plan that asks for nothing', () => {
    const whole = compile(plan(), 'production').compiled;
    expect(whole && 'awsBackup' in whole).toBe(false);
    expect(compiled(plan({ awsBackup: { groups: {} } }))).toBeUndefined();
  });

  test('has a rule for each tier, on the first day of its period', () => {
    const tiers = { hourly: 24, daily: 7, weekly: 4, monthly: 12, yearly: 7 };
    const sunday = protect(full({ every: '6h', keep: { ...tiers, hourly: '2d' } }));
    expect(rules(sunday)).toEqual([
      ['hourly', '0 */6 * * *', 2],
      ['daily', '0 0 * * *', 7],
      ['weekly', '0 0 * * 0', 28],
      ['monthly', '0 0 1 * *', 366],
      ['yearly', '0 0 1 1 *', 2557],
    ]);
    expect(rules({ ...sunday, weekStartsOn: 'monday' })?.[2]).toEqual(['weekly', '0 0 * * 1', 28]);
  });

  test('keeps the time zone of the row, and its time of day', () => {
    const berlin = protect(
      full({ at: '02:30', timezone: 'Europe/Berlin', keep: { daily: 30, monthly: 12 } }),
    );
    expect(compiled(berlin)?.groups[0]?.rules.map(({ schedule }) => schedule)).toEqual([
      { cron: '30 2 * * *', timezone: 'Europe/Berlin' },
      { cron: '30 2 1 * *', timezone: 'Europe/Berlin' },
    ]);
  });

  test('names two rows of one tier apart', () => {
    const twice = protect(
      full({ at: '02:00', keep: '30d' }),
      full({ at: '14:00', keep: { daily: '30d' } }),
    );
    expect(rules(twice)?.map(([name]) => name)).toEqual(['daily', 'daily-2']);
  });

  test('counts a recovery point as overdue after the gap and both windows', () => {
    const nightly = protect(full({ at: '02:00', within: '4h', keep: '30d' }));
    expect(compiled(nightly)?.groups[0]?.rules[0]).toMatchObject({
      everySeconds: 86_400,
      startWindowMinutes: 60,
      completionWindowMinutes: 240,
      overdueSeconds: 86_400 + 3600 + 14_400,
    });
  });

  test('leaves an hour to end after the longest start window', () => {
    const [rule] = compiled(backup({ startWithin: '8h' }))?.groups[0]?.rules ?? [];
    expect(rule).toMatchObject({ startWindowMinutes: 480, completionWindowMinutes: 540 });
  });

  test.each([
    [{}, { minDays: 35, maxDays: 366 }],
    [{ copyKeep: { daily: '14d' } }, { minDays: 14, maxDays: 366 }],
    [{ copyKeep: '10y' }, { minDays: 35, maxDays: 3653 }],
    [
      { protect: [full({ at: '02:00', keep: { daily: '35d', yearly: 'forever' } })] },
      { minDays: 35, maxDays: null },
    ],
    [{ protect: [full({ at: '02:00', keep: 'forever' })] }, { minDays: 1, maxDays: null }],
  ] satisfies [Partial<Group>, unknown][])('derives the lock of %j', (changes, expected) => {
    const of = (lock: 'governance' | 'compliance') => ({
      ...production({ lock }),
      awsBackup: { groups: { things: group(changes) } },
      exemptions: [{ code: 'TM819', path: 'awsBackup', reason: 'the copy is not for long here' }],
    });
    expect(compiled(of('governance'))?.lock).toEqual({
      mode: 'governance',
      changeableForDays: null,
      ...expected,
    });
    expect(compiled(of('compliance'))?.lock).toEqual({
      mode: 'compliance',
      changeableForDays: 3,
      ...expected,
    });
  });

  test('has no lock where the environment has none', () => {
    expect(compiled(backup({}, { lock: { min: '90d' } }))?.lock).toBeNull();
  });

  test("takes an environment's own part instead of the plan's", () => {
    const other = production({ awsBackup: { groups: { others: group({ resources: ['efs'] }) } } });
    const both = { ...other, awsBackup: { groups: { things: group() } } };
    expect(compiled(both)?.groups.map(({ name }) => name)).toEqual(['others']);
    const broken = production({ awsBackup: { groups: { things: group({ startWithin: '1m' }) } } });
    expect(findingsOf(broken).map(({ path }) => path)).toContain(
      'environments.production.awsBackup.groups.things.startWithin',
    );
    expect(compiled({ ...both, ...production({ awsBackup: { groups: {} } }) })).toBeUndefined();
  });

  test('has names that AWS takes, whatever the plan is called', () => {
    const name = 'a'.repeat(12);
    const { groups } = { groups: { ['g'.repeat(40)]: group() } };
    const of = (environment: string) =>
      compiled(
        plan({
          name,
          environments: {
            [environment]: { account: '111111111111', retention: { database: '30d' } },
          },
          awsBackup: { groups },
        }),
        environment,
      );
    const [one, two] = [of('first-1'), of('first-2')];
    for (const found of [one?.vault, one?.groups[0]?.plan]) {
      expect(found).toMatch(/^[a-z0-9-]{2,50}$/);
    }
    expect(one?.groups[0]?.plan).not.toBe(two?.groups[0]?.plan);
    expect(one?.vault).toContain('first-1');
  });
});

test('a group in which nothing is wrong has no error and no warning', () => {
  expect(codesOf(backup())).toEqual(codesOf(plan()));
});
