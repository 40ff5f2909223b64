import * as iam from 'aws-cdk-lib/aws-iam';
import { accountOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { Place } from '../plan/deployment/place.ts';
import type { Side } from '../storage/location.ts';

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** Name of the EKS cluster of a side. */
export const clusterOf = ({ cluster, replicaCluster }: Place, side: Side): string =>
  side === 'primary' ? cluster : replicaCluster;

/**
 * The pods of one service account of the cluster of one side, and nobody else.
 * @param place where its pods run
 */
export function podTrust(
  compiled: CompiledPlan,
  side: Side,
  serviceAccount: ServiceAccount,
  place: Place,
): iam.IPrincipal {
  const { issuers } = place;
  return issuers
    ? byIssuer(accountOf(compiled, side), issuers[side], serviceAccount)
    : byPodIdentity(compiled, side, serviceAccount, clusterOf(place, side));
}

/** EKS sets these tags on the session; a pod cannot choose them. */
function byPodIdentity(
  compiled: CompiledPlan,
  side: Side,
  { namespace, name }: ServiceAccount,
  clusterName: string,
): iam.IPrincipal {
  const account = accountOf(compiled, side);
  const cluster = `arn:aws:eks:${compiled.regions[side]}:${account}:cluster/${clusterName}`;
  return new iam.ServicePrincipal('pods.eks.amazonaws.com', {
    conditions: {
      StringEquals: {
        'aws:SourceAccount': account,
        'aws:RequestTag/eks-cluster-arn': cluster,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': name,
      },
    },
  }).withSessionTags();
}

/** The cluster signs the token, whose subject is the service account and whose audience is STS alone. */
function byIssuer(
  account: string,
  issuer: string,
  { namespace, name }: ServiceAccount,
): iam.IPrincipal {
  return new iam.WebIdentityPrincipal(`arn:aws:iam::${account}:oidc-provider/${issuer}`, {
    StringEquals: {
      [`${issuer}:aud`]: 'sts.amazonaws.com',
      [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}`,
    },
  });
}
