import type { CompiledPlan } from '../plan/compiled.ts';
import { boundedName } from '../plan/values/bounded-name.ts';

/**
 * Roles have names that follow from the plan, because key policies in both regions name them before they exist.
 * IAM is global, so every name carries the region in which the role works.
 */

const ROLE_NAME_LIMIT = 64;

/** What a role is for. The first two exist once for each source. */
export type RoleUse =
  | 'writer'
  | 'restorer'
  | 'replication'
  | 'verify-checksum'
  | 'alert-stale'
  /** Assumed by AWS Backup: takes and copies recovery points. */
  | 'aws-backup'
  /** Assumed by AWS Backup: restores them. */
  | 'aws-restore'
  /** Assumed by a person in an emergency. */
  | 'break-glass';

export function roleName(
  compiled: CompiledPlan,
  region: string,
  use: RoleUse,
  source?: string,
): string {
  const parts = ['tidemark', compiled.plan, compiled.environment, source, use, region];
  return boundedName(parts.filter((part) => part !== undefined).join('-'), ROLE_NAME_LIMIT);
}

export function roleArn(
  compiled: CompiledPlan,
  region: string,
  use: RoleUse,
  source?: string,
): string {
  return `arn:aws:iam::${compiled.account}:role/${roleName(compiled, region, use, source)}`;
}
