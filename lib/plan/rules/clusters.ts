import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { namespaceOfHost } from '../values/server-namespace.ts';
import { pathOf } from './deployment.ts';

/** Whether each source is in one cluster, and who writes by itself too. */
export const checkClusters = (plan: CheckedPlan): Finding[] => [
  ...clusterSources(plan),
  ...sharedAccounts(plan),
];

function clusterSources(plan: CheckedPlan): Finding[] {
  const clusters = Object.entries(plan.kubernetes.clusters ?? {});
  const path = pathOf(plan, 'clusters');
  const known = new Set(plan.sources.map(({ name }) => name));
  return clusters.flatMap(([name, { sources }], index) => {
    const before = clusters.slice(0, index);
    return sources.flatMap((source, position): Finding[] => {
      const at = {
        code: 'TM667',
        severity: 'error',
        path: `${path}.${name}.sources.${position}`,
        value: source,
      } as const;
      if (!known.has(source)) {
        return [
          {
            ...at,
            message: `the plan has no source ${source} that could be in ${name}`,
            remedy: `write one of: ${[...known].join(', ')}`,
          },
        ];
      }
      const [other] = before.find(([, one]) => one.sources.includes(source)) ?? [];
      if (other === undefined) return [];
      return [
        {
          ...at,
          message: `${source} is in ${other} and in ${name}, and would be backed up twice into one place`,
          remedy: 'name it in the cluster that its server is in',
        },
      ];
    });
  });
}

/** Accounts of servers that write by themselves: one role is for each, in one cluster. */
function sharedAccounts({ sources, kubernetes }: CheckedPlan): Finding[] {
  const clusters = Object.entries(kubernetes.clusters ?? {});
  const accounts = sources.flatMap((source) => {
    const { config, name, pathOf: at } = source;
    if (config.engine !== 'clickhouse' && config.engine !== 'weaviate') return [];
    const { service, serviceAccount } = config.server;
    const namespace = namespaceOfHost(service, kubernetes.namespace);
    if (serviceAccount === undefined || namespace === undefined) return [];
    const [cluster] = clusters.find(([, one]) => one.sources.includes(name)) ?? [];
    const account = `${namespace}/${serviceAccount}`;
    return [{ name, account, cluster, path: at('server', 'serviceAccount') }];
  });
  return accounts.flatMap(({ name, account, cluster, path }, index): Finding[] => {
    const other = accounts
      .slice(0, index)
      .find((one) => one.account === account && one.cluster !== cluster);
    if (!other) return [];
    return [
      {
        code: 'TM667',
        severity: 'error',
        path,
        message: `${other.name} and ${name} are written by ${account} of two clusters, and its role is for the pods of one`,
        value: account.split('/')[1],
        remedy: 'give the servers service accounts of different names',
      },
    ];
  });
}
