import { Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { planSelector } from '../names.ts';
import { identityEgress } from './identity-egress.ts';
import { policy } from './policy.ts';
import { inNamespace, inRange, port } from './rules.ts';
import { storeEgress } from './store-egress.ts';

/** Where NodeLocal DNSCache answers, on clusters that run it. */
const NODE_LOCAL_DNS = '169.254.20.10/32';

/** Where names are resolved unless the plan says otherwise. */
export const USUAL_DNS = {
  namespace: 'kube-system',
  labels: { 'k8s-app': 'kube-dns' },
  port: 53,
} as const;

/**
 * Denies everything to and from the plan's pods, then allows the flows that all of them need. The policies select our pods by
 * their labels and never the whole namespace: a default deny there would cut off the product that lives in it.
 */
export class PlanNetworkChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan) {
    super(scope, id, { disableResourceNameHashes: true });
    const podSelector = { matchLabels: planSelector(compiled) };
    policy(this, compiled, 'tidemark-default-deny', {
      podSelector,
      policyTypes: ['Ingress', 'Egress'],
    });
    const egress = [
      ...dns(compiled),
      ...identityEgress(compiled),
      ...storeEgress(compiled),
      ...extra(compiled),
    ];
    if (egress.length === 0) return;
    policy(this, compiled, 'tidemark-common-egress', {
      podSelector,
      policyTypes: ['Egress'],
      egress,
    });
  }
}

/** With Cilium its own policy does, because what it resolves there is how it knows addresses by their names. */
function dns({ kubernetes }: CompiledPlan): k8s.NetworkPolicyEgressRule[] {
  const { network } = kubernetes;
  if (network?.s3 === 'cilium') return [];
  const { namespace, labels, port: number } = network?.dns ?? USUAL_DNS;
  const listening = number ?? USUAL_DNS.port;
  return [
    {
      to: [
        { ...inNamespace(namespace), podSelector: { matchLabels: labels } },
        inRange(NODE_LOCAL_DNS),
      ],
      ports: [port(listening, 'UDP'), port(listening)],
    },
  ];
}

const extra = ({ kubernetes }: CompiledPlan): k8s.NetworkPolicyEgressRule[] =>
  (kubernetes.network?.extra ?? []).map(({ namespace, cidr, port: number }) => {
    const to = [
      ...(namespace === undefined ? [] : [inNamespace(namespace)]),
      ...(cidr === undefined ? [] : [inRange(cidr)]),
    ];
    return { ...(to.length > 0 && { to }), ports: [port(number)] };
  });
