import { full, incremental, logical, wal } from '../../../../lib/plan/language.ts';
import { daily, protect, streamed } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM205',
    severity: 'error',
    path: 'sources.database.protect.0',
    says: /takes no backup of database that wal could continue: logical cannot be/,
    fires: protect(streamed, logical({ at: '03:00', keep: '30d' })),
    silent: protect(streamed, daily, logical({ at: '12:00', keep: '30d' })),
  },
  {
    code: 'TM202',
    severity: 'error',
    path: 'sources.database.protect.2',
    says: /kept 5 d but lose their parent earlier: the full backup is kept 6 d, .* up to 1 d 7 h/,
    fires: protect(
      streamed,
      full({ at: '03:00', keep: '6d' }),
      incremental({ every: '1h', keep: '5d' }),
    ),
    silent: protect(
      streamed,
      full({ at: '03:00', keep: '7d' }),
      incremental({ every: '1h', keep: '5d' }),
    ),
  },
  {
    code: 'TM204',
    severity: 'warning',
    path: 'sources.database.protect.0',
    says: /WAL is kept 31 d but no full backup longer than 30 d/,
    fires: protect(wal({ flush: '60s', keep: '31d' }), daily),
    silent: protect(wal({ flush: '60s', keep: '30d' }), daily),
  },
]);
