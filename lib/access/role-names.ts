import { createHash } from 'node:crypto';
import type { CompiledPlan } from '../plan/compiled.ts';

/**
 * Roles have names that follow from the plan, because key policies in both regions name them before they exist.
 * IAM is global, so every name carries the region in which the role works.
 */

const ROLE_NAME_LIMIT = 64;

/** What a role is for. The first two exist once for each source. */
export type RoleUse = 'writer' | 'restorer' | 'replication' | 'verify-checksum' | 'alert-stale';

export function roleName(
  compiled: CompiledPlan,
  region: string,
  use: RoleUse,
  source?: string,
): string {
  const parts = ['tidemark', compiled.plan, compiled.environment, source, use, region];
  return bounded(parts.filter((part) => part !== undefined).join('-'));
}

export function roleArn(
  compiled: CompiledPlan,
  region: string,
  use: RoleUse,
  source?: string,
): string {
  return `arn:aws:iam::${compiled.account}:role/${roleName(compiled, region, use, source)}`;
}

/** What is too long for IAM is cut, and told apart by a digest of the whole. */
function bounded(name: string): string {
  if (name.length <= ROLE_NAME_LIMIT) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, ROLE_NAME_LIMIT - digest.length - 1)}-${digest}`;
}
