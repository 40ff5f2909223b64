import { full, kubernetes } from '../../../../lib/plan/language.ts';
import { plan } from '../example.ts';
import { testRules } from './cases.ts';

const daily = full({ at: '05:00', keep: '30d' });
type Cluster = Omit<Parameters<typeof kubernetes>[0], 'protect'>;

const withCluster = (changes: Cluster, row = daily) =>
  plan({ sources: { cluster: kubernetes({ moveSnapshots: true, ...changes, protect: [row] }) } });

testRules([
  {
    code: 'TM660',
    severity: 'warning',
    path: 'sources.cluster.resources',
    says: /configmaps and secrets are in no backup of the cluster/,
    fires: withCluster({ resources: { include: ['deployments.apps'] } }),
    silent: withCluster({ resources: { include: ['deployments.apps', 'secrets', 'configmaps'] } }),
  },
  {
    code: 'TM660',
    severity: 'warning',
    path: 'sources.cluster.resources',
    says: /^secrets are in no backup/,
    fires: withCluster({ resources: { exclude: ['secrets'] } }),
    silent: withCluster({ resources: { exclude: ['events'] } }),
  },
  {
    code: 'TM661',
    severity: 'error',
    path: 'sources.cluster.protect.0.keep',
    says: /no cron expression says which starts of '0 5 \* \* 0' are the first of each month/,
    fires: withCluster({}, full({ cron: '0 5 * * 0', keep: { weekly: '90d', monthly: '1y' } })),
    silent: withCluster({}, full({ cron: '0 5 * * *', keep: { weekly: '90d', monthly: '1y' } })),
  },
  {
    code: 'TM662',
    severity: 'error',
    path: 'sources.cluster.protect.0.archive',
    says: /none of them moves to archive storage/,
    fires: withCluster(
      {},
      full({ at: '05:00', keep: { daily: '30d', yearly: '7y' }, archive: ['yearly'] }),
    ),
    silent: withCluster({}, full({ at: '05:00', keep: { daily: '30d', yearly: '7y' } })),
  },
  {
    code: 'TM663',
    severity: 'warning',
    path: 'sources.cluster.moveSnapshots',
    says: /the snapshots stay in the cluster's storage/,
    fires: withCluster({ moveSnapshots: false }),
    silent: withCluster({ moveSnapshots: false, readVolumes: true }),
  },
  {
    code: 'TM664',
    severity: 'info',
    path: 'sources.cluster.verify.checksums',
    says: /no job reads the backups that Velero has stored again/,
    fires: withCluster({ verify: { checksums: 'weekly' } }),
    silent: withCluster({ verify: { restore: 'monthly' } }),
  },
  {
    code: 'TM507',
    severity: 'warning',
    path: 'sources.cluster',
    says: /no job is derived/,
    fires: {
      ...plan(),
      sources: {
        cluster: {
          engine: 'configuration',
          namespaces: ['shop'],
          protect: [{ kind: 'change', every: '1h', keep: '30d' }],
        },
      },
    },
    silent: withCluster({}),
  },
]);
