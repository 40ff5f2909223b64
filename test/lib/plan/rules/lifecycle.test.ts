import { full, wal } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { daily, plan, protect, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

/** As many sources as retentions, and one that all of them share. */
function withRetentions(count: number): PlanInput {
  const sources = Array.from({ length: count - 1 }, (_, index) => {
    const rows = [streamed, full({ at: '03:00', keep: `${30 + index}d` })];
    return [`database-${index}`, source({ protect: rows })] as const;
  });
  return plan({ sources: Object.fromEntries(sources) });
}

testRules([
  {
    code: 'TM311',
    severity: 'error',
    path: 'sources.database.protect.1.keep.yearly',
    says: /yearly backups are kept 1004417 d, but a retention has 999999 d at most/,
    fires: protect(streamed, full({ at: '03:00', keep: { daily: '30d', yearly: '2750y' } })),
    silent: protect(streamed, full({ at: '03:00', keep: { daily: '30d', yearly: 'forever' } })),
  },
  {
    code: 'TM312',
    severity: 'error',
    path: 'sources.database.protect.1.within',
    says: /may take 7 d 1 h, but an upload that is not complete after 7 d is aborted/,
    fires: protect(streamed, full({ cron: '0 3 1 * *', within: '169h', keep: '99d' })),
    silent: protect(streamed, full({ cron: '0 3 1 * *', within: '7d', keep: '99d' })),
  },
  {
    code: 'TM313',
    severity: 'error',
    path: 'sources',
    says: /has 333 different retentions, .* enough for 332/,
    fires: withRetentions(333),
    silent: withRetentions(332),
  },
  {
    code: 'TM301',
    severity: 'error',
    path: 'sources.database.protect.1.keep.weekly',
    says: /kept 119 d in cold storage, into which they move after 30 d and which bills 90 d/,
    fires: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', weekly: '119d' }, cold: ['weekly'] }),
    ),
    silent: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', weekly: '120d' }, cold: ['weekly'] }),
    ),
  },
  {
    code: 'TM302',
    severity: 'error',
    path: 'sources.database.protect.1.cold',
    says: /yearly backups shall move to cold storage, but the row keeps only daily, monthly ones/,
    fires: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', monthly: '1y' }, cold: ['monthly', 'yearly'] }),
    ),
    silent: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', monthly: '1y' }, cold: ['monthly'] }),
    ),
  },
  {
    code: 'TM303',
    severity: 'warning',
    path: 'sources.database.verify.checksums',
    says: /wal data is kept 6 d but verified only every 7 d/,
    fires: protect(wal({ flush: '60s', keep: '6d' }), daily),
    silent: plan(),
  },
]);
