import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type RoleUse, roleArn } from '../../lib/access/role-names.ts';
import { backupServiceAccount, SERVICE_ACCOUNTS } from '../../lib/access/service-accounts.ts';
import { type Activity, leaseName } from '../../lib/lock/lock.ts';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { usesAws } from '../../lib/plan/store-url.ts';
import { planLabels } from './names.ts';
import { googleAnnotations } from './store-access.ts';
import { wave } from './sync-wave.ts';

/**
 * A service account for each role of a source. EKS Pod Identity binds the two where the cluster cannot see it; where
 * the plan names issuers, an annotation says which role the pods ask for. Only pods that take a Lease mount a token for
 * the Kubernetes API; the accounts mount none by themselves.
 */
export class ServiceAccountsChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan, source: DerivedSource) {
    super(scope, id, { disableResourceNameHashes: true });
    for (const use of ['writer', 'restorer', 'verifier'] as const) {
      const name = SERVICE_ACCOUNTS[use](source.name);
      const { annotations, ...rest } = metadata(compiled, name);
      new k8s.KubeServiceAccount(this, name, {
        metadata: {
          ...rest,
          annotations: {
            ...annotations,
            ...roleAnnotations(compiled, use, source.name),
            ...googleAnnotations(compiled, use),
          },
        },
        automountServiceAccountToken: false,
      });
    }
  }
}

/** What the webhook of IAM roles for service accounts reads. The regional endpoint of STS needs no other region to be up. */
export function roleAnnotations(
  compiled: CompiledPlan,
  use: RoleUse,
  source?: string,
): Record<string, string> {
  if (!compiled.kubernetes.issuers || !usesAws(compiled)) return {};
  return {
    'eks.amazonaws.com/role-arn': roleArn(compiled, compiled.regions.primary, use, source),
    'eks.amazonaws.com/sts-regional-endpoints': 'true',
  };
}

/** The right to hold the source's Leases, by which two runs of one kind exclude each other. */
export class LeaseAccessChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan, source: DerivedSource) {
    super(scope, id, { disableResourceNameHashes: true });
    const name = `tidemark-${source.name}-lease`;
    const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
    new k8s.KubeRole(this, `${name}-role`, {
      metadata: metadata(compiled, name),
      rules: [
        {
          ...leases,
          resourceNames: ACTIVITIES.map((activity) => leaseName(source.name, activity)),
          verbs: ['get', 'update'],
        },
        // RBAC cannot restrict `create` to a name: the object has none yet when it is asked.
        { ...leases, verbs: ['create'] },
      ],
    });
    new k8s.KubeRoleBinding(this, `${name}-binding`, {
      metadata: metadata(compiled, name),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [
        {
          kind: 'ServiceAccount',
          name: backupServiceAccount(source.name),
          namespace: compiled.kubernetes.namespace,
        },
      ],
    });
  }
}

/** What takes a Lease; both run as the backup account. */
const ACTIVITIES: readonly Activity[] = ['backup', 'wal'];

const metadata = (compiled: CompiledPlan, name: string): k8s.ObjectMeta => ({
  name,
  namespace: compiled.kubernetes.namespace,
  labels: planLabels(compiled),
  annotations: wave('policy'),
});
