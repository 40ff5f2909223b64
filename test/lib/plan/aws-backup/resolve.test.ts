import { compile } from '../../../../lib/plan/compile.ts';
import { full } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { findingsOf, plan, production } from '../example.ts';
import { backup, type Group, group, protect } from './example.ts';

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
