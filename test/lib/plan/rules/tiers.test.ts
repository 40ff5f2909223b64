import { full } from '../../../../lib/plan/language.ts';
import { plan, protect, streamed } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM304',
    severity: 'error',
    path: 'sources.database.protect.1.keep.weekly',
    says: /daily backups are kept 60 d, but the one that is also the weekly backup only 30 d/,
    fires: protect(streamed, full({ at: '03:00', keep: { daily: '60d', weekly: '30d' } })),
    silent: protect(streamed, full({ at: '03:00', keep: { daily: '30d', weekly: '30d' } })),
  },
  {
    code: 'TM305',
    severity: 'warning',
    path: 'sources.database.protect.1.keep.hourly',
    says: /no backup is ever kept as hourly: .* at least a daily one/,
    fires: protect(streamed, full({ at: '03:00', keep: { hourly: '7d', daily: '30d' } })),
    silent: protect(streamed, full({ every: '6h', keep: { hourly: '7d', daily: '30d' } })),
  },
  {
    code: 'TM306',
    severity: 'warning',
    path: 'sources.database.protect.1.keep',
    says: /schedule is daily, but the shortest tier that is kept is weekly: .* 90 d/,
    fires: protect(streamed, full({ at: '03:00', keep: { weekly: '90d' } })),
    silent: protect(streamed, full({ cron: '0 3 * * 0', keep: { weekly: '90d' } })),
  },
  {
    code: 'TM309',
    severity: 'warning',
    path: 'sources.database.protect.1.keep',
    says: /kept longer than 29 d, but environment production keeps databases 30 d/,
    fires: protect(streamed, full({ at: '03:00', keep: '29d' })),
    silent: plan(),
  },
  {
    code: 'TM306',
    severity: 'warning',
    path: 'sources.database.protect.1.keep',
    says: /the schedule is hourly, but the shortest tier that is kept is daily/,
    fires: protect(streamed, full({ every: '12h', keep: { daily: '30d' } })),
    // On one day of the year it is 02:00 twice, which makes no hourly schedule of it.
    silent: protect(
      streamed,
      full({ at: '02:00', timezone: 'Europe/Berlin', keep: { daily: '30d' } }),
    ),
  },
]);
