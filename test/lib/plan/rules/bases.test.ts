import { full, wal } from '../../../../lib/plan/language.ts';
import { protect, streamed } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM206',
    severity: 'warning',
    path: 'sources.database.protect.1',
    says: /one failed run is enough .* is kept 14 d, which ends before the second one after it/,
    fires: protect(
      wal({ flush: '60s', keep: '30d' }),
      full({ cron: '0 3 * * 0', within: '6h', keep: '14d' }),
    ),
    silent: protect(
      wal({ flush: '60s', keep: '30d' }),
      full({ cron: '0 3 * * 0', within: '6h', keep: '15d' }),
    ),
  },
  {
    code: 'TM201',
    severity: 'error',
    path: 'sources.database.protect.1',
    says: /one is kept 7 d, but the next is complete only 7 d 6 h after it started/,
    fires: protect(streamed, full({ cron: '0 3 * * 0', keep: '7d' })),
    silent: protect(streamed, full({ cron: '0 3 * * 0', keep: '8d' })),
  },
]);
