import { chooseTier } from '../../lib/catalog/tier.ts';
import { compile } from '../../lib/plan/compile.ts';
import { type CompiledPlan, compiledPlanSchema, type Protection } from '../../lib/plan/compiled.ts';
import { SECONDS_PER_DAY } from '../../lib/plan/values/duration.ts';
import { parseRetentionClass, type Tier } from '../../lib/plan/values/retention.ts';
import { runs } from '../../lib/plan/values/schedule.ts';
import plan from '../../plans/insightdesk.ts';

/** The product's backup schedule, as its own guide prints it. */
const SCHEDULE = `
| WAL Archiving | Continuous | 7 days | Object storage |
| Incremental | Every 15 minutes | 24 hours | Object storage |
| Full Backup | Daily (03:00 UTC) | 30 days | Object storage |
| Weekly Backup | Sunday (03:00 UTC) | 90 days | Object storage |
| Monthly Backup | 1st of month | 1 year | Cold storage |`;

/** What the words of the first column are in a compiled plan. */
const ROWS: Record<string, { kind: Protection['kind']; tier: Tier | null }> = {
  'WAL Archiving': { kind: 'wal', tier: null },
  Incremental: { kind: 'incremental', tier: 'hourly' },
  'Full Backup': { kind: 'full', tier: 'daily' },
  'Weekly Backup': { kind: 'full', tier: 'weekly' },
  'Monthly Backup': { kind: 'full', tier: 'monthly' },
};

const DAYS: Record<string, number> = {
  '24 hours': 1,
  '7 days': 7,
  '30 days': 30,
  '90 days': 90,
  // A year is 366 days at the longest.
  '1 year': 366,
};

const at = (date: Date): string => date.toISOString().slice(11, 16);

/** Whether all starts of a tier are what the second column says. */
const FREQUENCIES: Record<string, (starts: Date[]) => boolean> = {
  'Every 15 minutes': (starts) => starts.every((s, i) => s.getTime() === YEAR + i * 900_000),
  'Daily (03:00 UTC)': (starts) => starts.every((s) => at(s) === '03:00' && s.getUTCDay() !== 0),
  'Sunday (03:00 UTC)': (starts) => starts.every((s) => at(s) === '03:00' && s.getUTCDay() === 0),
  '1st of month': (starts) => starts.every((s) => s.getUTCDate() === 1) && starts.length === 12,
};

const YEAR = Date.UTC(2028, 0, 1);

const cells = SCHEDULE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, type = '', frequency = '', retention = '', storage = '']) => ({
    type,
    frequency,
    retention,
    storage,
  }));

function compiled(environment: string): CompiledPlan {
  const result = compile(plan, environment);
  if (!result.compiled) throw new Error(JSON.stringify(result.findings, null, 2));
  return result.compiled;
}

function row({ sources: [source] }: CompiledPlan, type: string) {
  const wanted = ROWS[type];
  const protection = source?.protections.find(({ kind }) => kind === wanted?.kind);
  const tier = protection?.tiers.find((kept) => kept.tier === wanted?.tier);
  if (!wanted || !protection || !tier) throw new Error(`the plan has no row ${type}`);
  return { ...wanted, protection, retention: parseRetentionClass(tier.class) };
}

const choices = new Map<string, { start: Date; tier: Tier }[]>();

/** The starts of a year with the tiers that the catalog would keep their backups under; worked out once for equal rows. */
function chosen(protection: Protection): { start: Date; tier: Tier }[] {
  const key = JSON.stringify(protection);
  const known = choices.get(key);
  if (known || !protection.schedule) return known ?? [];
  const year = [
    ...runs(protection.schedule, new Date(YEAR - 1), new Date(Date.UTC(2029, 0, 1) - 1)),
  ];
  // The newest backup of each tier decides: older ones lie in earlier periods.
  const newest = new Map<Tier, { tier: Tier; startedAt: string }>();
  const made = year.slice(0, 366).map((start) => {
    const { tier } = chooseTier(protection, [...newest.values()], start, 'sunday');
    newest.set(tier, { tier, startedAt: start.toISOString() });
    return { start, tier };
  });
  choices.set(key, made);
  return made;
}

const startsOf = (protection: Protection, tier: Tier | null): Date[] =>
  chosen(protection)
    .filter((made) => made.tier === tier)
    .map(({ start }) => start);

describe.each(['development', 'staging', 'production'])('insightdesk in %s', (environment) => {
  const inEnvironment = compiled(environment);

  test.each(cells)(
    '$type: $frequency, $retention, $storage',
    ({ type, frequency, retention, storage }) => {
      const found = row(inEnvironment, type);
      expect(found.retention.days).toBe(DAYS[retention]);
      expect(found.retention.cold).toBe(storage === 'Cold storage');
      if (frequency === 'Continuous') {
        expect(found.protection.schedule).toBeNull();
        expect(found.protection.flushSeconds).toBe(60);
        return;
      }
      const starts = startsOf(found.protection, found.tier);
      expect(starts.length).toBeGreaterThan(11);
      expect(FREQUENCIES[frequency]?.(starts)).toBe(true);
    },
  );

  test('has the objectives of the guide, and proves the loss', () => {
    const { objectives, sources } = inEnvironment;
    expect(objectives).toEqual({ rpoSeconds: 5 * 60, rtoSeconds: 3600 });
    expect(sources[0]?.proof).toEqual({
      worstLossSeconds: 180,
      windowSeconds: 6 * SECONDS_PER_DAY - 6 * 3600,
      by: 'wal',
    });
  });

  test('has no error and no warning; the incremental row is exempt with its reason', () => {
    const { findings } = compile(plan, environment);
    expect(findings.map(({ code, severity }) => `${severity} ${code}`).sort()).toEqual([
      'exempt TM203',
      'info TM102',
      'info TM103',
      'info TM506',
    ]);
    expect(findings.find(({ code }) => code === 'TM203')?.reason).toMatch(/PostgreSQL 16 cannot/);
  });
});

test('insightdesk is in both of its regions, on PostgreSQL 16, behind the secret of its manifests', () => {
  const production = compiled('production');
  expect(production.regions).toEqual({ primary: 'us-east-1', replica: 'us-west-2' });
  expect(production.kubernetes.namespace).toBe('insightdesk');
  expect(production.sources[0]?.settings).toMatchObject({
    server: {
      version: '16',
      credentials: 'db-credentials',
    },
  });
});

test('insightdesk is validated on a monthly schedule', () => {
  expect(compiled('production').sources[0]?.verify.restore?.cron).toMatch(/^\d+ \d+ \d+ \* \*$/);
});

test('the compliance environment keeps a monthly backup for seven years', () => {
  expect(row(compiled('compliance'), 'Monthly Backup').retention).toEqual({
    name: '2557d-cold',
    days: 2557,
    cold: true,
  });
  expect(compile(plan, 'compliance').findings.map(({ severity }) => severity)).toEqual([
    'info',
    'info',
    'info',
  ]);
});

test.each(['development', 'staging', 'production', 'compliance'])(
  'what %s compiles to is plain JSON of the compiled plan',
  (environment) => {
    const result = compiled(environment);
    expect(compiledPlanSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(compiled(environment)).toEqual(result);
  },
);

test('compiling takes no time to speak of', () => {
  // About 10 ms on an idle core; the best of some runs counts, because the machine may be busy.
  const times = Array.from({ length: 10 }, () => {
    const begin = performance.now();
    compile(plan, 'production');
    return performance.now() - begin;
  });
  expect(Math.min(...times)).toBeLessThan(100);
});
