import * as eks from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { accountOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { Side } from '../storage/location.ts';
import { acknowledge, OWN_POLICY } from './acknowledge.ts';

export interface PodRoleProps {
  readonly compiled: CompiledPlan;
  readonly side: Side;
  readonly roleName: string;
  readonly description: string;
  readonly serviceAccount: string;
  /**
   * Where the service account is.
   * @default that of the jobs
   */
  readonly namespace?: string;
  readonly policy: iam.PolicyDocument;
}

/** A role that the pods of one service account of one cluster assume, through EKS Pod Identity. */
export class PodRole extends Construct {
  constructor(scope: Construct, id: string, props: PodRoleProps) {
    super(scope, id);
    const { compiled, side, serviceAccount } = props;
    const { cluster, replicaCluster } = compiled.kubernetes;
    const { namespace = compiled.kubernetes.namespace } = props;
    const clusterName = side === 'primary' ? cluster : replicaCluster;
    const region = compiled.regions[side];
    const account = accountOf(compiled, side);
    const role = new iam.Role(this, 'Role', {
      roleName: props.roleName,
      description: props.description,
      // EKS sets these tags on the session; a pod cannot choose them.
      assumedBy: new iam.ServicePrincipal('pods.eks.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': account,
            'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:${region}:${account}:cluster/${clusterName}`,
            'aws:RequestTag/kubernetes-namespace': namespace,
            'aws:RequestTag/kubernetes-service-account': serviceAccount,
          },
        },
      }).withSessionTags(),
      inlinePolicies: { Backups: props.policy },
    });
    acknowledge(role, OWN_POLICY);
    new eks.CfnPodIdentityAssociation(this, 'Association', {
      clusterName,
      namespace,
      serviceAccount,
      roleArn: role.roleArn,
    });
  }
}
