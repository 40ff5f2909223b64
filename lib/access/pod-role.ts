import * as eks from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { placeOf } from '../plan/deployment/place.ts';
import type { Side } from '../storage/location.ts';
import { acknowledge, OWN_POLICY } from './acknowledge.ts';
import { clusterOf, podTrust } from './pod-trust.ts';

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
  /**
   * In whose cluster the pods run.
   * @default the plan's own
   */
  readonly source?: string;
  readonly policy: iam.PolicyDocument;
}

/**
 * A role that the pods of one service account of one cluster assume: through EKS Pod Identity, or where the plan names
 * issuers, as a role for service accounts, whose annotation names the role.
 */
export class PodRole extends Construct {
  constructor(scope: Construct, id: string, props: PodRoleProps) {
    super(scope, id);
    const { compiled, side, serviceAccount } = props;
    const { namespace = compiled.kubernetes.namespace } = props;
    const place = placeOf(compiled, props.source);
    const role = new iam.Role(this, 'Role', {
      roleName: props.roleName,
      description: props.description,
      assumedBy: podTrust(compiled, side, { namespace, name: serviceAccount }, place),
      inlinePolicies: { Backups: props.policy },
    });
    acknowledge(role, OWN_POLICY);
    if (place.issuers) return;
    new eks.CfnPodIdentityAssociation(this, 'Association', {
      clusterName: clusterOf(place, side),
      namespace,
      serviceAccount,
      roleArn: role.roleArn,
    });
  }
}
