import { compile } from '../../../lib/plan/compile.ts';
import { full, wal } from '../../../lib/plan/language.ts';
import { plan, source } from './example.ts';
import { claims } from './simulation/claims.ts';

const DAY = 86_400;

test('recovery points are fine near now and coarser back', () => {
  const protect = [
    wal({ flush: '60s', keep: '7d' }),
    full({
      at: '03:00',
      within: '6h',
      keep: { daily: '30d', weekly: '90d', monthly: '1y', yearly: 'forever' },
    }),
  ];
  const { compiled } = compile(plan({ sources: { database: source({ protect }) } }), 'production');
  expect(compiled?.sources[0]?.proof.reach).toEqual([
    { kind: 'wal', tier: null, everySeconds: 0, forSeconds: 5.75 * DAY },
    { kind: 'full', tier: 'daily', everySeconds: DAY, forSeconds: 29 * DAY },
    { kind: 'full', tier: 'weekly', everySeconds: 7 * DAY, forSeconds: 83 * DAY },
    { kind: 'full', tier: 'monthly', everySeconds: 31 * DAY, forSeconds: 335 * DAY },
    { kind: 'full', tier: 'yearly', everySeconds: 366 * DAY, forSeconds: null },
  ]);
});

test('incremental backups reach back as far as what they continue is kept', () => {
  const timezone = 'Etc/UTC';
  const { reach } = claims([
    { kind: 'full', cron: '0 3 * * 0', timezone, withinMinutes: 60, keep: 21 },
    { kind: 'incremental', cron: '0 3 * * 1-6', timezone, withinMinutes: 60, keep: 20 },
  ]);
  expect(reach).toEqual([
    { kind: 'full', tier: 'weekly', everySeconds: 7 * DAY, forSeconds: 14 * DAY },
    // An incremental backup may continue a full one that is a week and an hour old already.
    { kind: 'incremental', tier: null, everySeconds: DAY, forSeconds: (21 - 8) * DAY - 3600 },
  ]);
});

test('rows whose starts are never sure promise nothing', () => {
  const { reach } = claims([
    { kind: 'wal', every: 1, keep: 1 },
    { kind: 'full', cron: '*/20 * * * *', timezone: 'Europe/Berlin', withinMinutes: 20, keep: 1 },
    { kind: 'logical', cron: '15 * * * *', timezone: 'Etc/UTC', withinMinutes: 1, keep: 1 },
  ]);
  expect(reach.map(({ kind }) => kind)).toEqual(['wal', 'full']);
});
