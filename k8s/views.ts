import type { CompiledPlan } from '../lib/plan/compiled.ts';

/** A plan as one cluster sees it, with the sources that are in it. */
export interface ClusterView {
  /** What of the plan is there: `primary`, `replica`, or the name of another cluster, with `-replica` behind it. */
  readonly id: string;
  /** Of its manifests, relative to those of the plan's own cluster. */
  readonly path: string;
  /** Its primary region is that of the cluster. */
  readonly compiled: CompiledPlan;
  /** Whether everything waits there for the loss of the other region. */
  readonly standby: boolean;
}

/** Beside the manifests of a cluster that waits, those that wake it. */
export const wakingPath = (path: string): string => path.replace(/[^/]+$/, FAILOVER);
export const FAILOVER = 'failover';

/** Every cluster that manifests are written for; that of the plan itself is the first. */
export function clusterViews(compiled: CompiledPlan): ClusterView[] {
  const { clusters, ...own } = compiled.kubernetes;
  if (!clusters) return bothSides('primary', '', compiled);
  const elsewhere = new Set(clusters.flatMap(({ sources }) => sources));
  const rest = compiled.sources.filter(({ name }) => !elsewhere.has(name));
  return [
    ...bothSides('primary', '', { ...compiled, kubernetes: own, sources: rest }),
    ...clusters.flatMap(({ name, sources, cluster, replicaCluster, issuers }) => {
      const { issuers: _issuers, ...kubernetes } = own;
      return bothSides(name, `clusters/${name}`, {
        ...compiled,
        kubernetes: { ...kubernetes, cluster, replicaCluster, ...(issuers && { issuers }) },
        sources: compiled.sources.filter((source) => sources.includes(source.name)),
      });
    }),
  ];
}

function bothSides(id: string, path: string, compiled: CompiledPlan): ClusterView[] {
  const here = { id, path, compiled, standby: false };
  if (!compiled.kubernetes.standby) return [here];
  return [
    here,
    {
      id: id === 'primary' ? 'replica' : `${id}-replica`,
      path: [path, 'replica'].filter((part) => part !== '').join('/'),
      compiled: fromOtherSide(compiled),
      standby: true,
    },
  ];
}

interface Sides<T> {
  readonly primary: T;
  readonly replica: T;
}

const swapped = <T>({ primary, replica }: Sides<T>): { primary: T; replica: T } => ({
  primary: replica,
  replica: primary,
});

/** The same plan where the replica region is the one that works: its bucket, its roles, its cluster. */
function fromOtherSide(compiled: CompiledPlan): CompiledPlan {
  const { account, replicaAccount, regions, buckets, store, kubernetes } = compiled;
  const { cluster, replicaCluster, issuers } = kubernetes;
  return {
    ...compiled,
    ...(replicaAccount !== undefined && { account: replicaAccount, replicaAccount: account }),
    regions: swapped(regions),
    buckets: {
      ...swapped(buckets),
      evidence: swapped(buckets.evidence),
      velero: swapped(buckets.velero),
    },
    ...(store?.replica !== undefined && {
      store: { ...store, url: store.replica, replica: store.url },
    }),
    kubernetes: {
      ...kubernetes,
      cluster: replicaCluster,
      replicaCluster: cluster,
      ...(issuers && { issuers: swapped(issuers) }),
    },
  };
}
