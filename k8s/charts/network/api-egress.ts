import type { k8s } from 'cdk8s-plus-28';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { storePorts } from '../store-access.ts';
import { inRange, port } from './rules.ts';

const HTTPS = 443;

/**
 * The way to the API server, which pods take that hold a Lease. A policy sees where the server listens and not its Service.
 * None where the way to the store has opened it already, and none where Cilium knows what the API server is.
 */
export function apiEgress(compiled: CompiledPlan): k8s.NetworkPolicyEgressRule[] {
  const { s3 = 'any', apiServer = {} } = compiled.kubernetes.network ?? {};
  const number = apiServer.port ?? HTTPS;
  if (s3 === 'cilium' || (s3 === 'any' && storePorts(compiled).includes(number))) return [];
  return [{ ...(apiServer.cidrs && { to: apiServer.cidrs.map(inRange) }), ports: [port(number)] }];
}
