import { compile } from '../../../../lib/plan/compile.ts';
import { full } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { plan, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

/** A source whose full backups are so, and that shall be back in time. */
function fulls(rto: '1h' | '12h', row: Parameters<typeof full>[0]): PlanInput {
  const database = source({ protect: [streamed, full(row)], objectives: { rpo: '5m', rto } });
  return plan({ sources: { database } });
}

const keep = { daily: '30d', yearly: '7y' } as const;
const archived: Parameters<typeof full>[0] = { at: '03:00', keep, archive: ['yearly'] };

testRules([
  {
    code: 'TM840',
    severity: 'error',
    path: 'sources.database.protect.1.keep.monthly',
    says: /kept 209 d in an archive, into which they move after 30 d and which bills 180 d/,
    fires: fulls('12h', {
      at: '03:00',
      keep: { daily: '30d', monthly: '209d' },
      archive: ['monthly'],
    }),
    silent: fulls('12h', {
      at: '03:00',
      keep: { daily: '30d', monthly: '210d' },
      archive: ['monthly'],
    }),
  },
  {
    code: 'TM841',
    severity: 'error',
    path: 'sources.database.protect.1.archive',
    says: /monthly backups shall move to an archive, but the row keeps only daily, yearly ones/,
    fires: fulls('12h', { at: '03:00', keep, archive: ['monthly'] }),
    silent: fulls('12h', archived),
  },
  {
    code: 'TM842',
    severity: 'error',
    path: 'sources.database.protect.1.archive',
    says: /yearly backups shall move to cold storage and to an archive/,
    fires: fulls('12h', { ...archived, cold: ['yearly'] }),
    silent: fulls('12h', archived),
  },
  {
    code: 'TM843',
    severity: 'warning',
    path: 'sources.database.protect.1.archive',
    says: /yearly backups of database that are older than 30 d take up to 12 h to thaw .* objective of 1 h/,
    fires: fulls('1h', archived),
    silent: fulls('12h', archived),
  },
  {
    code: 'TM844',
    severity: 'error',
    path: 'sources.database.protect.1.archive',
    says: /the newest full backup of database can be 31 d 6 h old and then lies in the archive/,
    fires: fulls('1h', { cron: '0 3 1 * *', keep: '7y', archive: ['monthly'] }),
    silent: fulls('12h', { cron: '0 3 1 * *', keep: '7y', archive: ['monthly'] }),
  },
]);

test('an archived tier is a class of its own', () => {
  const { compiled } = compile(fulls('12h', archived), 'production');
  expect(compiled?.sources[0]?.protections[1]?.tiers.map((tier) => tier.class)).toEqual([
    '30d',
    '2557d-archive',
  ]);
  expect(compiled?.classes).toContainEqual({
    name: '2557d-archive',
    days: 2557,
    storage: 'archive',
  });
});
