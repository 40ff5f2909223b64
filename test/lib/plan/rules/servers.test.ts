import { clickhouse, full } from '../../../../lib/plan/language.ts';
import { plan, production, server, source } from '../example.ts';
import { testRules } from './cases.ts';

const events = (databases: string[]) =>
  clickhouse({
    server: { service: 'clickhouse.shop' },
    databases,
    protect: [full({ at: '03:00' })],
  });

testRules([
  {
    code: 'TM601',
    severity: 'error',
    path: 'environments.production.sources.database.server.service',
    says: /is a managed server/,
    fires: production({
      sources: { database: { server: { service: 'shop.abc.eu-west-1.rds.amazonaws.com' } } },
    }),
    silent: production({ sources: { database: { server: { service: 'postgres.amazonaws' } } } }),
  },
  {
    code: 'TM602',
    severity: 'warning',
    path: 'sources.database.server.service',
    says: /localhost is the pod of the backup itself/,
    fires: plan({ sources: { database: source({ server: { ...server, service: 'localhost' } }) } }),
    silent: plan({ sources: { database: source({ server: { ...server, service: 'local' } }) } }),
  },
  {
    code: 'TM603',
    severity: 'warning',
    path: 'sources.database.server.tls',
    says: /not encrypted/,
    fires: plan({ sources: { database: source({ server: { ...server, tls: 'disable' } }) } }),
    silent: plan({ sources: { database: source({ server: { ...server, tls: 'verify-full' } }) } }),
  },
  {
    code: 'TM604',
    severity: 'warning',
    path: 'sources.orders.server.service',
    says: /database and orders are on the same server postgres.shop:5432/,
    fires: plan({ sources: { database: source(), orders: source() } }),
    silent: plan({
      sources: { database: source(), orders: source({ server: { ...server, port: 5433 } }) },
    }),
  },
  {
    code: 'TM604',
    severity: 'warning',
    path: 'sources.views.server.service',
    says: /clicks and views are on the same server clickhouse.shop:8443/,
    fires: plan({ sources: { clicks: events(['events']), views: events(['events']) } }),
    silent: plan({ sources: { clicks: events(['clicks']), views: events(['views']) } }),
  },
]);
