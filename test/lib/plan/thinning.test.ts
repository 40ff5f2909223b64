import { full } from '../../../lib/plan/language.ts';
import { findingsOf, protect } from './example.ts';

/** In production, which keeps databases for 30 days. */
const found = (keep: NonNullable<Parameters<typeof full>[0]['keep']>) =>
  findingsOf(protect(full({ at: '03:00', keep }))).filter(({ code }) => code === 'TM310');

test('says where only longer tiers keep what the environment promises', () => {
  expect(found({ daily: 7, weekly: 4, monthly: 12 })).toMatchObject([
    {
      severity: 'info',
      path: 'sources.database.protect.0.keep',
      message: expect.stringContaining(
        'production keeps data 30 d, and database thins out before that: its full backups are kept daily for 7 d, weekly for 28 d, monthly for 366 d',
      ),
      remedy: expect.stringContaining('keep daily backups 30 d'),
    },
  ]);
});

test('says nothing where the shortest tier keeps it, or none does', () => {
  expect(found({ daily: '30d', monthly: 12 })).toEqual([]);
  expect(found('30d')).toEqual([]);
  expect(found({ daily: '7d', weekly: '29d' })).toEqual([]);
});
