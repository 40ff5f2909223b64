import { full, incremental, vectorizer } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { plan, protect, server, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

const collections = (within: '30m' | '45m', start: '0' | '45'): PlanInput =>
  plan({
    objectives: { rpo: '1d', rto: '1h' },
    sources: {
      collections: vectorizer({
        server: { service: 'vectorizer.shop' },
        protect: [
          full({ cron: `${start} 3 * * *`, within, keep: '30d' }),
          incremental({ cron: '30 * * * *', within: '15m', keep: '7d' }),
        ],
      }),
    },
  });
/** A rarer row goes first. */
const alwaysTogether = (at: '03:00' | '12:00'): PlanInput =>
  plan({
    objectives: { rpo: '2d', rto: '1h' },
    sources: {
      collections: vectorizer({
        server: { service: 'vectorizer.shop' },
        protect: [full({ at: '03:00', keep: '30d' }), incremental({ at, keep: '7d' })],
      }),
    },
  });

testRules([
  {
    code: 'TM404',
    severity: 'warning',
    path: 'sources.collections.protect.1',
    says: /every start of incremental backups of collections may fall into a run of full/,
    fires: alwaysTogether('03:00'),
    silent: alwaysTogether('12:00'),
  },
  {
    code: 'TM404',
    severity: 'info',
    path: 'sources.collections.protect.1',
    says: /some starts of incremental backups of collections may fall into a run of full \(up to 45 min\)/,
    fires: collections('45m', '0'),
    silent: collections('30m', '0'),
  },
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
