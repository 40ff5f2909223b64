import {
  clickhouse,
  full,
  objects,
  onChange,
  replication,
  secrets,
} from '../../../../lib/plan/language.ts';
import { plan, production, server, source } from '../example.ts';
import { testRules } from './cases.ts';

const events = (databases: string[]) =>
  clickhouse({
    server: { service: 'clickhouse.shop' },
    databases,
    protect: [full({ at: '03:00' })],
  });

const bucket = (scheme: 'http' | 'https') =>
  objects({
    origin: {
      kind: 's3',
      bucket: 'uploads',
      region: 'eu-central-1',
    },
    mirror: { bucket: 'uploads', region: 'us-west-2', endpoint: `${scheme}://minio.dr:9000` },
    protect: [full({ at: '03:00' }), replication({ within: '5m' })],
  });

const vault = (tls: 'disable' | 'verify-full') =>
  secrets({
    store: { kind: 'vault', service: 'vault.vault', role: 'tidemark', tls },
    protect: [onChange({ every: '1h' })],
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
  {
    code: 'TM603',
    severity: 'warning',
    path: 'sources.uploads.mirror.endpoint',
    says: /the connection to uploads is not encrypted/,
    fires: plan({ sources: { uploads: bucket('http') } }),
    silent: plan({ sources: { uploads: bucket('https') } }),
  },
  {
    code: 'TM603',
    severity: 'warning',
    path: 'sources.vault.store.tls',
    says: /the connection to vault is not encrypted/,
    fires: plan({ sources: { vault: vault('disable') } }),
    silent: plan({ sources: { vault: vault('verify-full') } }),
  },
]);
