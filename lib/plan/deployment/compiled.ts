import { z } from 'zod';
import type { Plan } from '../schema.ts';
import { type clusterSchema, DEPLOYMENT_KEYS } from './keys.ts';

const bothSidesSchema = z.strictObject({ primary: z.string(), replica: z.string() });

/** Where pods run, and how their service accounts get their roles there. */
export const placeSchema = {
  cluster: z.string(),
  replicaCluster: z.string(),
  /** Names of the OpenID Connect issuers of the clusters; absent where pods get their roles through EKS Pod Identity. */
  issuers: bothSidesSchema.optional(),
};

export const compiledDeployment = {
  ...DEPLOYMENT_KEYS,
  /** Clusters beside the plan's own, with the names of the sources in each. */
  clusters: z
    .array(
      z.strictObject({ name: z.string(), ...placeSchema, sources: z.array(z.string()).min(1) }),
    )
    .optional(),
};

type Kubernetes = Plan['kubernetes'];
type Place = Pick<z.output<typeof clusterSchema>, 'cluster' | 'replicaCluster' | 'identity'>;

/** A cluster with the defaults filled in. */
export const compiledPlace = ({ cluster, replicaCluster, identity }: Place) => ({
  cluster,
  replicaCluster: replicaCluster ?? cluster,
  ...(identity && {
    issuers: { primary: identity.issuer, replica: identity.replicaIssuer },
  }),
});

/** Its own keys, whatever order a plan writes them in. */
const KEYS = z.object(DEPLOYMENT_KEYS).keyof().options;

/** The keys that the plan has, in the order of the schema. */
export const compileDeployment = (kubernetes: Kubernetes) => ({
  ...Object.fromEntries(
    KEYS.flatMap((key) => (kubernetes[key] === undefined ? [] : [[key, kubernetes[key]]])),
  ),
  ...(kubernetes.clusters && {
    clusters: Object.entries(kubernetes.clusters).map(([name, cluster]) => ({
      name,
      ...compiledPlace(cluster),
      sources: cluster.sources,
    })),
  }),
});
