import { full } from '../../../../lib/plan/language.ts';
import { plan, protect, server, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM401',
    severity: 'error',
    path: 'sources.database.protect.1.within',
    says: /may take 2 h, but the next one starts after 1 h/,
    fires: protect(streamed, full({ every: '1h', within: '2h', keep: '30d' })),
    silent: protect(streamed, full({ every: '1h', keep: '30d' })),
  },
  {
    code: 'TM402',
    severity: 'warning',
    path: 'sources.database.protect.1',
    says: /in Europe\/Berlin leaves out a start: two are up to 1 d 23 h apart instead of 1 d/,
    fires: protect(streamed, full({ at: '02:30', timezone: 'Europe/Berlin', keep: '30d' })),
    silent: protect(streamed, full({ at: '03:00', timezone: 'Europe/Berlin', keep: '30d' })),
  },
  {
    code: 'TM402',
    severity: 'warning',
    path: 'sources.database.protect.1',
    says: /in America\/New_York makes a start come twice, 1 h apart/,
    fires: protect(streamed, full({ at: '01:30', timezone: 'America/New_York', keep: '30d' })),
    silent: protect(streamed, full({ every: '6h', timezone: 'America/New_York', keep: '30d' })),
  },
  {
    code: 'TM403',
    severity: 'warning',
    path: 'sources.orders.protect.1',
    says: /of database and orders start at the same moment, such as 2026-01-04T03:00:00.000Z/,
    fires: plan({
      sources: {
        database: source(),
        orders: source({
          server: { ...server, service: 'orders.shop' },
          protect: [streamed, full({ cron: '0 3 * * 0', keep: '30d' })],
        }),
      },
    }),
    silent: plan({
      sources: {
        database: source(),
        orders: source({
          server: { ...server, service: 'orders.shop' },
          protect: [streamed, full({ cron: '0 4 * * 0', keep: '30d' })],
        }),
      },
    }),
  },
]);
