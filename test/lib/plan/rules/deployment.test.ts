import {
  clickhouse,
  full,
  type PlanInput,
  redis,
  snapshot,
} from '../../../../lib/plan/language.ts';
import { VERSION } from '../../../../lib/version.ts';
import { findingsOf, plan, source } from '../example.ts';
import { testRules } from './cases.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const REPOSITORY = 'https://git.example.com/shop/backup.git';

/** A plan whose pods are deployed in another way. */
const kubernetes = (
  changes: Partial<PlanInput['kubernetes']>,
  others: Partial<PlanInput> = {},
): PlanInput =>
  plan({ kubernetes: { ...plan().kubernetes, namespace: 'backup', ...changes }, ...others });

const elsewhere = (clusters: NonNullable<PlanInput['kubernetes']['clusters']>): PlanInput =>
  kubernetes(
    { clusters },
    {
      sources: {
        database: source(),
        cache: redis({
          server: { service: 'redis.shop', credentials: 'redis' },
          protect: [snapshot({ every: '1h', keep: '7d' })],
        }),
      },
    },
  );

/** Two servers that write by themselves, in namespaces and with accounts of the same names. */
function writers(clusters: NonNullable<PlanInput['kubernetes']['clusters']>): PlanInput {
  const one = clickhouse({
    server: { service: 'clickhouse.shop', serviceAccount: 'clickhouse' },
    backup: { method: 'native' },
    protect: [full({ at: '03:00', keep: '30d' })],
  });
  return kubernetes({ clusters }, { sources: { one, two: one } });
}

const argoCd = (
  destinations: Record<string, string>,
  more: Partial<PlanInput['kubernetes']> = {},
): PlanInput =>
  kubernetes({ gitops: { repository: REPOSITORY, argoCd: { destinations } }, ...more });

testRules([
  {
    code: 'TM665',
    severity: 'error',
    path: 'kubernetes.digests',
    says: new RegExp(`there is none for ${VERSION}-pg18`),
    fires: kubernetes({ digests: { [`${VERSION}-pg17`]: DIGEST } }),
    silent: kubernetes({ digests: { [`${VERSION}-pg18`]: DIGEST } }),
  },
  {
    code: 'TM665',
    severity: 'error',
    path: 'kubernetes.digests',
    says: new RegExp(`there is none for registry.example.com/own:${VERSION}-pg18`),
    fires: kubernetes(
      { digests: { [`${VERSION}-pg18`]: DIGEST } },
      { sources: { database: source({ image: 'registry.example.com/own' }) } },
    ),
    silent: kubernetes(
      { digests: { [`registry.example.com/own:${VERSION}-pg18`]: DIGEST } },
      { sources: { database: source({ image: 'registry.example.com/own' }) } },
    ),
  },
  {
    code: 'TM666',
    severity: 'warning',
    path: 'kubernetes.network.apiServer',
    says: /may still reach any address at the port of the API server/,
    fires: kubernetes({ network: { s3: { cidrs: ['10.0.0.0/16'] } } }),
    silent: kubernetes({
      network: { s3: { cidrs: ['10.0.0.0/16'] }, apiServer: { cidrs: ['10.0.0.0/16'] } },
    }),
  },
  {
    code: 'TM667',
    severity: 'error',
    path: 'kubernetes.clusters.caches.sources.0',
    says: /has no source cach/,
    fires: elsewhere({ caches: { cluster: 'caches', sources: ['cach'] } }),
    silent: elsewhere({ caches: { cluster: 'caches', sources: ['cache'] } }),
  },
  {
    code: 'TM667',
    severity: 'error',
    path: 'kubernetes.clusters.more.sources.0',
    says: /cache is in caches and in more/,
    fires: elsewhere({
      caches: { cluster: 'caches', sources: ['cache'] },
      more: { cluster: 'more', sources: ['cache'] },
    }),
    silent: elsewhere({
      caches: { cluster: 'caches', sources: ['cache'] },
      more: { cluster: 'more', sources: ['database'] },
    }),
  },
  {
    code: 'TM667',
    severity: 'error',
    path: 'sources.two.server.serviceAccount',
    says: /one and two are written by shop\/clickhouse of two clusters/,
    fires: writers({ second: { cluster: 'second', sources: ['two'] } }),
    silent: writers({ second: { cluster: 'second', sources: ['one', 'two'] } }),
  },
  {
    code: 'TM668',
    severity: 'error',
    path: 'kubernetes.gitops.argoCd.destinations.replica',
    says: /no manifests are written for replica/,
    fires: argoCd({ replica: 'https://replica.example.com' }),
    silent: argoCd({ replica: 'https://replica.example.com' }, { standby: true }),
  },
  {
    code: 'TM668',
    severity: 'error',
    path: 'kubernetes.gitops.argoCd.destinations',
    says: /the clusters of both regions are called shop/,
    fires: argoCd({}, { standby: true }),
    silent: argoCd({}, { standby: true, replicaCluster: 'shop-replica' }),
  },
  {
    code: 'TM668',
    severity: 'error',
    path: 'kubernetes.gitops.argoCd.destinations',
    says: /the clusters of both regions are called caches/,
    fires: argoCd(
      {},
      {
        standby: true,
        replicaCluster: 'shop-replica',
        clusters: { caches: { cluster: 'caches', sources: ['database'] } },
      },
    ),
    silent: argoCd(
      { 'caches-replica': 'https://caches.example.com' },
      {
        standby: true,
        replicaCluster: 'shop-replica',
        clusters: { caches: { cluster: 'caches', sources: ['database'] } },
      },
    ),
  },
  {
    code: 'TM669',
    severity: 'warning',
    path: 'kubernetes.quota',
    says: /what database protects is in shop too/,
    fires: kubernetes({ quota: true, namespace: 'shop' }),
    silent: kubernetes({ quota: true }),
  },
]);

test('an environment that says it by itself is where the finding is', () => {
  const own = plan({
    kubernetes: { ...plan().kubernetes, namespace: 'backup' },
    environments: {
      production: { account: '111111111111', kubernetes: { digests: { '0.0.1-pg18': DIGEST } } },
    },
  });
  expect(findingsOf(own)).toContainEqual(
    expect.objectContaining({ code: 'TM665', path: 'environments.production.kubernetes.digests' }),
  );
});
