import type { CheckedPlan } from '../compile.ts';
import { imageTag } from '../deployment/image-tag.ts';
import { livesIn } from '../deployment/shared-namespace.ts';
import type { Finding } from '../findings.ts';

/** Whether the manifests fit the clusters that they are for. */
export const checkDeployment = (plan: CheckedPlan): Finding[] => [
  ...withoutDigest(plan),
  ...openApiServer(plan),
  ...destinations(plan),
  ...idleQuota(plan),
];

/** Where a key of `kubernetes` is written. */
export const pathOf = (
  { settings, environment }: CheckedPlan,
  key: keyof CheckedPlan['kubernetes'],
): string =>
  `${settings.kubernetes?.[key] === undefined ? '' : `environments.${environment}.`}kubernetes.${key}`;

/** Images that pods run, as digests name them: by their tags, with the repository where it is one of the source's own. */
function imagesOf({ sources, monitoring, kubernetes }: CheckedPlan): Set<string> {
  const ofServers = sources.flatMap(({ config }) => {
    if (config.engine !== 'postgresql' && config.engine !== 'redis') return [];
    const tag = imageTag({ engine: config.engine, version: config.server.version });
    const { image = kubernetes.image } = config;
    return [image === kubernetes.image ? tag : `${image}:${tag}`];
  });
  return new Set([...ofServers, ...(monitoring ? [imageTag('base')] : [])]);
}

function withoutDigest(plan: CheckedPlan): Finding[] {
  const { digests } = plan.kubernetes;
  if (!digests) return [];
  return [...imagesOf(plan)]
    .filter((tag) => digests[tag] === undefined)
    .map((tag) => ({
      code: 'TM665',
      severity: 'error',
      path: pathOf(plan, 'digests'),
      message: `images are told by their digests, and there is none for ${tag}, which pods run`,
      value: Object.keys(digests),
      remedy: `add '${tag}': 'sha256:…', as the registry says it, or leave digests out to run images by their tags`,
    }));
}

function openApiServer(plan: CheckedPlan): Finding[] {
  const { s3, apiServer } = plan.kubernetes.network ?? {};
  if (typeof s3 !== 'object' || apiServer?.cidrs) return [];
  return [
    {
      code: 'TM666',
      severity: 'warning',
      path: `${pathOf(plan, 'network')}.apiServer`,
      message:
        'S3 is open at some addresses only, but pods that take a Lease may still reach any address at the port of the API server, because nothing says where it is',
      remedy:
        "write apiServer: { cidrs: ['10.0.0.0/16'] } with the ranges of the cluster's subnets, in which EKS puts its addresses",
    },
  ];
}

function destinations(plan: CheckedPlan): Finding[] {
  const { gitops, standby, clusters = {} } = plan.kubernetes;
  if (!gitops?.argoCd) return [];
  const path = `${pathOf(plan, 'gitops')}.argoCd.destinations`;
  const named = gitops.argoCd.destinations ?? {};
  const places = [
    { id: 'primary', waiting: 'replica', ...plan.kubernetes },
    ...Object.entries(clusters).map(([id, place]) => ({ id, waiting: `${id}-replica`, ...place })),
  ];
  const known = places.flatMap(({ id, waiting }) => (standby ? [id, waiting] : [id]));
  const unknown = Object.keys(named)
    .filter((id) => !known.includes(id))
    .map(
      (id): Finding => ({
        code: 'TM668',
        severity: 'error',
        path: `${path}.${id}`,
        message: `no manifests are written for ${id}`,
        value: named[id],
        remedy: `write one of: ${known.join(', ')}${standby ? '' : '; standby: true writes those of the replica region'}`,
      }),
    );
  const alike = places
    .filter(() => standby)
    .filter(({ waiting, cluster, replicaCluster = cluster }) => {
      return named[waiting] === undefined && replicaCluster === cluster;
    })
    .map(
      ({ waiting, cluster }): Finding => ({
        code: 'TM668',
        severity: 'error',
        path,
        message: `the clusters of both regions are called ${cluster}, so Argo CD cannot know which of them waits`,
        remedy: `write destinations: { '${waiting}': 'https://…' } with the address of its API server, or replicaCluster`,
      }),
    );
  return [...unknown, ...alike];
}

/** A quota would also count what the product runs there. */
function idleQuota(plan: CheckedPlan): Finding[] {
  const { quota, namespace } = plan.kubernetes;
  const shared = plan.sources.find(({ config }) => livesIn(config, namespace));
  if (!quota || !shared) return [];
  return [
    {
      code: 'TM669',
      severity: 'warning',
      path: pathOf(plan, 'quota'),
      message: `what ${shared.name} protects is in ${namespace} too, so the namespace is not limited to what backups need`,
      value: true,
      remedy: 'leave quota out, or give Tidemark a namespace of its own',
    },
  ];
}
