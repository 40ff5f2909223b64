import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type CompiledPlan, type DerivedSource, derivedSources } from '../../lib/plan/compiled.ts';
import { planLabels, planSelector, SERVER_COMPONENTS } from './names.ts';
import { serverNamespace } from './server-location.ts';
import { wave } from './sync-wave.ts';

/** Where the EKS Pod Identity agent of every node hands out credentials, in IPv4 and in IPv6 clusters. */
const POD_IDENTITY_AGENT = ['169.254.170.23/32', 'fd00:ec2::23/128'];
/** Where NodeLocal DNSCache answers, on clusters that run it. */
const NODE_LOCAL_DNS = '169.254.20.10/32';

/**
 * Denies everything to and from the plan's pods, then allows the flows that they need. The policies select our pods by
 * their labels and never the whole namespace: a default deny there would cut off the product that lives in it.
 */
export class NetworkChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan) {
    super(scope, id, { disableResourceNameHashes: true });
    this.policy(compiled, 'tidemark-default-deny', {
      podSelector: { matchLabels: planSelector(compiled) },
      policyTypes: ['Ingress', 'Egress'],
    });
    this.policy(compiled, 'tidemark-common-egress', {
      podSelector: { matchLabels: planSelector(compiled) },
      policyTypes: ['Egress'],
      egress: [dns(), podIdentity(), https()],
    });
    for (const source of derivedSources(compiled)) {
      this.policy(compiled, `tidemark-${source.name}-database`, {
        podSelector: {
          matchLabels: {
            ...planSelector(compiled),
            'app.kubernetes.io/instance': source.name,
          },
          matchExpressions: [
            {
              key: 'app.kubernetes.io/component',
              operator: 'In',
              values: [...SERVER_COMPONENTS],
            },
          ],
        },
        policyTypes: ['Egress'],
        egress: [database(compiled, source)],
      });
    }
  }

  private policy(compiled: CompiledPlan, name: string, spec: k8s.NetworkPolicySpec): void {
    new k8s.KubeNetworkPolicy(this, name, {
      metadata: {
        name,
        namespace: compiled.kubernetes.namespace,
        labels: planLabels(compiled),
        annotations: wave('policy'),
      },
      spec,
    });
  }
}

const port = (number: number, protocol: 'TCP' | 'UDP' = 'TCP'): k8s.NetworkPolicyPort => ({
  port: k8s.IntOrString.fromNumber(number),
  protocol,
});

const dns = (): k8s.NetworkPolicyEgressRule => ({
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
    { ipBlock: { cidr: NODE_LOCAL_DNS } },
  ],
  ports: [port(53, 'UDP'), port(53)],
});

const podIdentity = (): k8s.NetworkPolicyEgressRule => ({
  to: POD_IDENTITY_AGENT.map((cidr) => ({ ipBlock: { cidr } })),
  ports: [port(80)],
});

/** S3, KMS and the Kubernetes API: their addresses change, and a NetworkPolicy knows no names. */
const https = (): k8s.NetworkPolicyEgressRule => ({ ports: [port(443)] });

const database = (compiled: CompiledPlan, source: DerivedSource): k8s.NetworkPolicyEgressRule => {
  const namespace = serverNamespace(compiled, source);
  return {
    ...(namespace === undefined
      ? {}
      : {
          to: [
            { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
          ],
        }),
    ports: [port(source.settings.server.port)],
  };
};
