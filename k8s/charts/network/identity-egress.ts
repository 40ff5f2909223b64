import type { k8s } from 'cdk8s-plus-28';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { usesAws } from '../../../lib/plan/store-url.ts';
import { inRange, port } from './rules.ts';

/** Where the EKS Pod Identity agent of every node hands out credentials, in IPv4 and in IPv6 clusters. */
const POD_IDENTITY_AGENT = ['169.254.170.23/32', 'fd00:ec2::23/128'];
/** Where GKE's metadata server listens, as a policy sees it: with Dataplane V2, and without. */
const GKE_METADATA = [
  { cidr: '169.254.169.254/32', number: 80 },
  { cidr: '169.254.169.252/32', number: 988 },
];

/** The way to what tells pods who they are. To Cilium it is their node, which no range of addresses means. */
export function identityEgress(compiled: CompiledPlan): k8s.NetworkPolicyEgressRule[] {
  const { kubernetes, store } = compiled;
  if (kubernetes.network?.s3 === 'cilium') return [];
  if (usesAws(compiled)) return [{ to: POD_IDENTITY_AGENT.map(inRange), ports: [port(80)] }];
  // Elsewhere a Secret says it.
  if (store?.secrets) return [];
  return GKE_METADATA.map(({ cidr, number }) => ({ to: [inRange(cidr)], ports: [port(number)] }));
}
