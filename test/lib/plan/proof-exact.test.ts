import fc from 'fast-check';
import { BackupYear } from './simulation/backup-year.ts';
import { claims, worstLoss } from './simulation/claims.ts';
import type { Scheduled, TestRow } from './simulation/rows.ts';
import { startsOf, YEAR } from './simulation/wall-year.ts';

const DAY_MS = 86_400_000;
const SETTLED = YEAR.from + 120 * DAY_MS;
/** Every run takes all of its time. */
const slow = () => 0.5;

const zones = fc.constantFrom('Etc/UTC', 'Europe/Berlin', 'America/New_York');
/** Schedules whose longest gap comes in every year. */
const crons = fc.constantFrom(
  '0 */6 * * *',
  '30 2,14 * * *',
  '30 2 * * *',
  '0 3 * * *',
  '0 3 * * 1-5',
  '0 3 * * 0',
  '0 3 * * 1,4',
);
const fulls = fc
  .tuple(crons, zones, fc.integer({ min: 1, max: 60 }))
  .map(([cron, timezone, withinMinutes]): Scheduled => {
    return { kind: 'full', cron, timezone, withinMinutes, keep: 45 };
  });

/** Schedules that are the same in every week. */
const weekly = fc.constantFrom(
  '5 * * * *',
  '0 */6 * * *',
  '30 2,14 * * *',
  '0 3 * * *',
  '0 3 * * 1-6',
  '0 3 * * 0',
  '0 22 * * 5',
);

const SOME = { numRuns: 20, seed: 1 };

test('the loss of one row is what is lost in the worst case, to the millisecond', () => {
  fc.assert(
    fc.property(fulls, (row) => {
      expect(worstLoss(new BackupYear([row], slow))).toBeCloseTo(claims([row]).worstLossSeconds, 2);
    }),
    SOME,
  );
});

test('the loss after a failed run is what is lost if the worst one fails', () => {
  fc.assert(
    fc.property(fulls, (row) => {
      const starts = startsOf(row.cron, row.timezone);
      // The simulated year comes into its rhythm first.
      const spans = starts.map((at, run) =>
        at < SETTLED ? 0 : (starts[run + 1] ?? at) - (starts[run - 1] ?? at),
      );
      const worst = spans.indexOf(spans.reduce((a, b) => Math.max(a, b)));
      const year = new BackupYear([row], slow, (_row, run) => run === worst);
      expect(worstLoss(year)).toBeCloseTo(claims([row]).lossAfterFailureSeconds ?? Number.NaN, 2);
    }),
    SOME,
  );
});

test('after a failed run, tiers that are kept longer take over, and the next backup takes the place of the first', () => {
  const row: Scheduled = {
    kind: 'full',
    cron: '0 3 * * *',
    timezone: 'Etc/UTC',
    withinMinutes: 60,
    // Of two days, the second backup after one is complete an hour too late.
    keep: { daily: 2, weekly: 20 },
  };
  const week = [0, 1, 2, 3, 4, 5, 6].map((day) => 200 + day);
  const losses = week.map((failing) =>
    worstLoss(new BackupYear([row], slow, (_row, run) => run === failing)),
  );
  expect(claims([row]).lossAfterFailureSeconds).toBe(8 * 86_400 + 3600);
  expect(Math.max(...losses)).toBeCloseTo(8 * 86_400 + 3600, 2);
});

test('the loss of full and incremental backups is what is lost in the worst case', () => {
  fc.assert(
    fc.property(weekly, weekly, fc.integer({ min: 1, max: 60 }), (a, b, minutes) => {
      const rows: TestRow[] = [
        { kind: 'full', cron: a, timezone: 'Etc/UTC', withinMinutes: minutes, keep: 45 },
        { kind: 'incremental', cron: b, timezone: 'Etc/UTC', withinMinutes: 20, keep: 20 },
      ];
      expect(worstLoss(new BackupYear(rows, slow))).toBeCloseTo(claims(rows).worstLossSeconds, 2);
    }),
    SOME,
  );
});

test('the window of a log is exact: a minute more can be out of reach', () => {
  fc.assert(
    fc.property(fulls, fc.integer({ min: 18, max: 44 }), (row, keep) => {
      const rows: TestRow[] = [{ kind: 'wal', every: 60, keep }, row];
      const window = claims(rows).windowSeconds ?? 0;
      expect(alwaysReaches(rows, window)).toBe(true);
      expect(alwaysReaches(rows, window + 60)).toBe(false);
    }),
    SOME,
  );
});

/** Whether recovery reaches so many seconds back just after each backup's log has begun to expire. */
function alwaysReaches(rows: readonly TestRow[], seconds: number): boolean {
  const [log] = rows;
  return [0, 1].every((turn) => {
    // One backup is instant, the next takes all of its time.
    let asked = turn;
    const year = new BackupYear(rows, () => [0, 0.5][asked++ % 2] ?? 0);
    return year.backups.every(({ completedAt }) => {
      const now = completedAt + Number(log?.keep) * DAY_MS + 1;
      return now < SETTLED || now > YEAR.to || year.canRestore(now - seconds * 1000, now);
    });
  });
}
