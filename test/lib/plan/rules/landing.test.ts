import { clickhouse, full, kubernetes, weaviate } from '../../../../lib/plan/language.ts';
import { plan } from '../example.ts';
import { testRules } from './cases.ts';

const protect = [full({ at: '03:00', keep: '30d' })];

const events = (service: string, credentials?: string) =>
  plan({
    sources: {
      events: clickhouse({
        server: { service, serviceAccount: 'clickhouse' },
        backup: { method: 'native', ...(credentials && { credentials }) },
        protect,
      }),
    },
  });

const search = (backend: 's3' | 'gcs') =>
  plan({
    sources: {
      search: weaviate({
        server: { service: 'weaviate.shop', serviceAccount: 'weaviate' },
        backend,
        protect,
      }),
    },
  });

const clusters = (namespace: string) =>
  plan({
    sources: {
      one: kubernetes({ namespaces: ['one'], protect }),
      two: kubernetes({ namespaces: ['two'], velero: { namespace }, protect }),
    },
  });

const inCluster = (names: string[]) => {
  const base = plan();
  return plan({
    kubernetes: {
      ...base.kubernetes,
      clusters: { analytics: { cluster: 'other', sources: names } },
    },
    sources: {
      ...base.sources,
      one: kubernetes({ moveSnapshots: true, protect: [full({ at: '05:00', keep: '30d' })] }),
    },
  });
};

testRules([
  {
    code: 'TM830',
    severity: 'error',
    path: 'sources.events.server.serviceAccount',
    says: /clickhouse.example.com is no service of the cluster/,
    fires: events('clickhouse.example.com'),
    silent: events('clickhouse.shop.svc.cluster.local'),
  },
  {
    code: 'TM831',
    severity: 'warning',
    path: 'sources.events.server.serviceAccount',
    says: /is not written by the server in the role of its pods/,
    fires: events('clickhouse.shop', 's3-keys'),
    silent: events('clickhouse.shop'),
  },
  {
    code: 'TM831',
    severity: 'warning',
    path: 'sources.search.server.serviceAccount',
    says: /so weaviate gets none/,
    fires: search('gcs'),
    silent: search('s3'),
  },
  {
    code: 'TM832',
    severity: 'error',
    path: 'sources.two.velero',
    says: /as velero\/velero and two as backups\/velero, but the bucket is for one/,
    fires: clusters('backups'),
    silent: clusters('velero'),
  },
  {
    code: 'TM832',
    severity: 'error',
    path: 'kubernetes.clusters.analytics.sources',
    says: /one is backed up by a Velero in analytics, but the bucket is for the one of the plan's own cluster/,
    fires: inCluster(['database', 'one']),
    silent: inCluster(['database']),
  },
]);
