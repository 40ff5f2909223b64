import type { k8s } from 'cdk8s-plus-28';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { inRange, port } from './rules.ts';

const HTTPS = 443;

/**
 * The way to the API server, which pods take that hold a Lease. A policy sees where the server listens and not its Service.
 * None where the way to the store has opened it already, and none where Cilium knows what the API server is.
 */
export function apiEgress({ kubernetes }: CompiledPlan): k8s.NetworkPolicyEgressRule[] {
  const { s3 = 'any', apiServer = {} } = kubernetes.network ?? {};
  const number = apiServer.port ?? HTTPS;
  if (s3 === 'cilium' || (s3 === 'any' && number === HTTPS)) return [];
  return [{ ...(apiServer.cidrs && { to: apiServer.cidrs.map(inRange) }), ports: [port(number)] }];
}
