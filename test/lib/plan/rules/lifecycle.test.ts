import { full, wal } from '../../../../lib/plan/language.ts';
import { daily, plan, protect, streamed } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM301',
    severity: 'error',
    path: 'sources.database.protect.1.keep.weekly',
    says: /kept 84 d in cold storage, which bills at least 90 d/,
    fires: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', weekly: '12w' }, cold: ['weekly'] }),
    ),
    silent: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', weekly: '90d' }, cold: ['weekly'] }),
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
