import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { writesInItsRole } from '../landing.ts';
import { namespaceOfHost } from '../values/server-namespace.ts';
import { pathOf } from './deployment.ts';

/** Whether those who write into the buckets by themselves can be given a role for it. */
export const checkLanding = (plan: CheckedPlan): Finding[] => [
  ...plan.sources.flatMap((source) => servers(source, plan.kubernetes.namespace)),
  ...severalVeleros(plan.sources),
  ...veleroElsewhere(plan),
];

function servers(source: CheckedSource, own: string): Finding[] {
  const { config } = source;
  if (config.engine !== 'clickhouse' && config.engine !== 'weaviate') return [];
  const { service, serviceAccount } = config.server;
  if (serviceAccount === undefined) return [];
  const path = source.pathOf('server', 'serviceAccount');
  if (!writesInItsRole(config)) {
    return [
      {
        code: 'TM831',
        severity: 'warning',
        path,
        message: `${source.name} is not written by the server in the role of its pods, so ${serviceAccount} gets none`,
        value: serviceAccount,
        remedy: 'remove serviceAccount',
      },
    ];
  }
  if (namespaceOfHost(service, own) !== undefined) return [];
  return [
    {
      code: 'TM830',
      severity: 'error',
      path,
      message: `${service} is no service of the cluster, so nothing says in which namespace its service account ${serviceAccount} is`,
      value: serviceAccount,
      remedy: `name the server's Kubernetes service and its namespace, such as '${source.name}.shop', or remove serviceAccount`,
    },
  ];
}

function severalVeleros(sources: readonly CheckedSource[]): Finding[] {
  const [first, ...others] = sources.flatMap(({ name, config, pathOf }) =>
    config.engine === 'kubernetes' ? [{ name, velero: config.velero, pathOf }] : [],
  );
  if (!first) return [];
  const nameOf = ({ velero }: typeof first): string =>
    `${velero.namespace}/${velero.serviceAccount}`;
  return others
    .filter((other) => nameOf(other) !== nameOf(first))
    .map((other) => ({
      code: 'TM832',
      severity: 'error',
      path: other.pathOf('velero'),
      message: `${first.name} is backed up by Velero as ${nameOf(first)} and ${other.name} as ${nameOf(other)}, but the bucket is for one Velero`,
      value: other.velero,
      remedy: `let both name the same, or write a plan for ${other.name}`,
    }));
}

/** The role of Velero's pods, and its bucket, are those of the plan's own cluster. */
function veleroElsewhere(plan: CheckedPlan): Finding[] {
  const { clusters = {} } = plan.kubernetes;
  const backedUp = plan.sources.flatMap(({ name, config }) =>
    config.engine === 'kubernetes' ? [name] : [],
  );
  return Object.entries(clusters).flatMap(([cluster, { sources: there }]) =>
    there
      .filter((name) => backedUp.includes(name))
      .map((name) => ({
        code: 'TM832',
        severity: 'error',
        path: `${pathOf(plan, 'clusters')}.${cluster}.sources`,
        message: `${name} is backed up by a Velero in ${cluster}, but the bucket is for the one of the plan's own cluster, and so is the role that reaches it`,
        value: there,
        remedy: `remove ${name} from the cluster, and write a plan of its own for it`,
      })),
  );
}
