import fc from 'fast-check';
import { chooseTier } from '../../../lib/catalog/tier.ts';
import type { Protection } from '../../../lib/plan/compiled.ts';
import type { Tier } from '../../../lib/plan/values/retention.ts';
import { runs, type Schedule } from '../../../lib/plan/values/schedule.ts';

const CLASSES = {
  hourly: '2d',
  daily: '30d',
  weekly: '84d',
  monthly: '366d-cold',
  yearly: '2557d',
};

const protection = (tiers: readonly Tier[], timezone = 'Etc/UTC'): Protection => ({
  kind: 'full',
  schedule: { cron: '0 3 * * *', timezone },
  flushSeconds: null,
  deadlineSeconds: 3600,
  longestGapSeconds: 86_400,
  tiers: tiers.map((tier) => ({ tier, class: CLASSES[tier] })),
  overdueSeconds: 90_000,
  derived: true,
  metBy: null,
});

const taken = (tier: Tier, startedAt: string) => ({ tier, startedAt });

/** The tier of a backup at a moment. */
const tierAt = (
  at: string,
  backups: readonly { tier: Tier; startedAt: string }[],
  tiers: readonly Tier[] = ['daily', 'weekly', 'monthly'],
  { timezone = 'Etc/UTC', week = 'sunday' as 'sunday' | 'monday' } = {},
) => chooseTier(protection(tiers, timezone), backups, new Date(at), week).tier;

describe('chooseTier', () => {
  test('takes the longest tier for the first backup, with its class', () => {
    expect(
      chooseTier(protection(['daily', 'weekly', 'monthly']), [], new Date(), 'sunday'),
    ).toEqual({ tier: 'monthly', class: '366d-cold' });
  });

  test('takes the next tier once the longer one has its backup', () => {
    const month = taken('monthly', '2026-11-01T03:00:00Z');
    expect(tierAt('2026-11-03T03:00:00Z', [month])).toBe('daily');
    expect(tierAt('2026-11-08T03:00:00Z', [month])).toBe('weekly');
    expect(tierAt('2026-12-01T03:00:00Z', [month])).toBe('monthly');
  });

  test('takes the shortest tier where every period has its backup', () => {
    const backups = [
      taken('monthly', '2026-11-01T03:00:00Z'),
      taken('weekly', '2026-11-08T03:00:00Z'),
      taken('daily', '2026-11-09T03:00:00Z'),
    ];
    expect(tierAt('2026-11-09T15:00:00Z', backups)).toBe('daily');
  });

  test('lets the next success take the period of one that failed', () => {
    const october = [taken('monthly', '2026-10-01T03:00:00Z')];
    // The run of 1 November failed: there is no manifest of it.
    expect(tierAt('2026-11-02T03:00:00Z', october)).toBe('monthly');
  });

  test('reads periods on the clocks of the schedule', () => {
    // 23:30 UTC on 30 November is 1 December in Berlin.
    const november = [taken('monthly', '2026-11-01T03:00:00Z')];
    const at = '2026-11-30T23:30:00Z';
    expect(tierAt(at, november, ['daily', 'monthly'])).toBe('daily');
    expect(tierAt(at, november, ['daily', 'monthly'], { timezone: 'Europe/Berlin' })).toBe(
      'monthly',
    );
  });

  test('begins a week on the day that the plan names', () => {
    // 8 November 2026 is a Sunday.
    const backups = [taken('weekly', '2026-11-07T03:00:00Z')];
    expect(tierAt('2026-11-08T03:00:00Z', backups, ['daily', 'weekly'])).toBe('weekly');
    expect(tierAt('2026-11-08T03:00:00Z', backups, ['daily', 'weekly'], { week: 'monday' })).toBe(
      'daily',
    );
    expect(tierAt('2026-11-09T03:00:00Z', backups, ['daily', 'weekly'], { week: 'monday' })).toBe(
      'weekly',
    );
  });

  test('counts a week that spans two years once', () => {
    const backups = [taken('weekly', '2026-12-28T03:00:00Z')];
    const options = { week: 'monday' as const };
    expect(tierAt('2027-01-02T03:00:00Z', backups, ['daily', 'weekly'], options)).toBe('daily');
  });
});

const BERLIN: Schedule = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };

/** The tier of each start of a schedule, one after the other. */
function tiersOf(schedule: Schedule, from: string, to: string, tiers: readonly Tier[]) {
  const backups: { tier: Tier; startedAt: string }[] = [];
  for (const at of runs(schedule, new Date(from), new Date(to))) {
    const { tier } = chooseTier(protection(tiers, schedule.timezone), backups, at, 'monday');
    backups.push({ tier, startedAt: at.toISOString() });
  }
  return backups;
}

describe('a year-end', () => {
  test('is where the schedule has it: the first backup of the new year there is the yearly one', () => {
    // 23:30 UTC on 31 December is 0:30 on 1 January in Berlin, and 12:30 in Auckland.
    const tiers = ['daily', 'monthly', 'yearly'] as const;
    const before = [
      taken('yearly', '2026-01-01T12:00:00Z'),
      taken('monthly', '2026-12-01T12:00:00Z'),
    ];
    const at = '2026-12-31T23:30:00Z';
    expect(tierAt(at, before, tiers)).toBe('daily');
    expect(tierAt(at, before, tiers, { timezone: 'Europe/Berlin' })).toBe('yearly');
    expect(tierAt(at, before, tiers, { timezone: 'America/New_York' })).toBe('daily');
  });

  test('begins a year, a month and a day with one backup, and the week goes on', () => {
    const nights = tiersOf(
      { cron: '0 3 * * *', timezone: 'Europe/Berlin' },
      '2026-12-27T23:00:00Z',
      '2027-01-04T23:00:00Z',
      ['daily', 'weekly', 'monthly', 'yearly'],
    );
    expect(nights.map(({ tier, startedAt }) => [startedAt.slice(5, 10), tier])).toEqual([
      // The first backup of all stands for its year.
      ['12-28', 'yearly'],
      ['12-29', 'daily'],
      ['12-30', 'daily'],
      ['12-31', 'daily'],
      ['01-01', 'yearly'],
      ['01-02', 'daily'],
      ['01-03', 'daily'],
      ['01-04', 'weekly'],
    ]);
  });
});

describe('a night in which clocks change', () => {
  test('of 25 hours starts twice and keeps one backup of each tier', () => {
    const nights = tiersOf(BERLIN, '2026-10-24T12:00:00Z', '2026-10-27T12:00:00Z', [
      'hourly',
      'daily',
      'monthly',
    ]);
    expect(nights).toEqual([
      // 2:30 in summer, then 2:30 in winter: one day, and one hour on the clocks.
      { startedAt: '2026-10-25T00:30:00.000Z', tier: 'monthly' },
      { startedAt: '2026-10-25T01:30:00.000Z', tier: 'hourly' },
      { startedAt: '2026-10-26T01:30:00.000Z', tier: 'daily' },
      { startedAt: '2026-10-27T01:30:00.000Z', tier: 'daily' },
    ]);
  });

  test('of 23 hours has no start at the hour that it lacks, and the next night takes its place', () => {
    const nights = tiersOf(BERLIN, '2026-03-27T12:00:00Z', '2026-03-31T12:00:00Z', [
      'daily',
      'weekly',
    ]);
    expect(nights).toEqual([
      { startedAt: '2026-03-28T01:30:00.000Z', tier: 'weekly' },
      { startedAt: '2026-03-30T00:30:00.000Z', tier: 'weekly' },
      { startedAt: '2026-03-31T00:30:00.000Z', tier: 'daily' },
    ]);
  });
});

/** Four hundred nightly runs from 1 January 2026, of which some fail. */
function simulate(failed: ReadonlySet<number>) {
  const tiers = ['daily', 'weekly', 'monthly', 'yearly'] as const;
  const backups: { tier: Tier; startedAt: string }[] = [];
  for (let day = 0; day < 400; day++) {
    const at = new Date(Date.UTC(2026, 0, 1 + day, 3));
    if (failed.has(day)) continue;
    const { tier } = chooseTier(protection(tiers), backups, at, 'sunday');
    backups.push({ tier, startedAt: at.toISOString() });
  }
  return backups;
}

const period = {
  yearly: (at: string) => at.slice(0, 4),
  monthly: (at: string) => at.slice(0, 7),
  weekly: (at: string) => Math.floor((Date.parse(at) / 86_400_000 + 4) / 7),
};
const LONGER = {
  yearly: ['yearly'],
  monthly: ['yearly', 'monthly'],
  weekly: ['yearly', 'monthly', 'weekly'],
};

describe('four hundred nightly backups of which some fail', () => {
  const failures = fc.array(fc.nat(399), { maxLength: 120 }).map((days) => new Set(days));

  test.each(['yearly', 'monthly', 'weekly'] as const)(
    'keep one of every period that had a success for the %s tier or a longer one, and never two',
    (tier) => {
      fc.assert(
        fc.property(failures, (failed) => {
          const backups = simulate(failed);
          const keptLong = backups.filter((backup) => LONGER[tier].includes(backup.tier));
          const all = new Set(backups.map(({ startedAt }) => period[tier](startedAt)));
          const kept = new Set(keptLong.map(({ startedAt }) => period[tier](startedAt)));
          expect(kept).toEqual(all);
          const own = backups.filter((backup) => backup.tier === tier);
          const names = own.map(({ startedAt }) => period[tier](startedAt));
          expect(new Set(names).size).toBe(names.length);
        }),
        { numRuns: 15 },
      );
    },
  );

  test('lose no month to a single failure', () => {
    fc.assert(
      fc.property(fc.nat(399), (day) => {
        const months = simulate(new Set([day])).filter(({ tier }) => LONGER.monthly.includes(tier));
        expect(months).toHaveLength(14);
      }),
      { numRuns: 25 },
    );
  });
});
