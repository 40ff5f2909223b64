import { accountOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { boundedName, DIGEST_LENGTH } from '../plan/values/bounded-name.ts';

/**
 * Roles have names that follow from the plan, because key policies in both regions name them before they exist.
 * IAM is global, so every name carries the region in which the role works.
 */

const ROLE_NAME_LIMIT = 64;

/** What is left of a name that was cut, before its digest. */
const CUT_LENGTH = ROLE_NAME_LIMIT - DIGEST_LENGTH - 1;

/** What a role is for. The first three exist once for each source. */
export type RoleUse =
  | 'writer'
  | 'restorer'
  /** Of verifications and drills in a cluster. */
  | 'verifier'
  /** Assumed by S3: copies backups to the other region, and what stands beside them. */
  | 'replication'
  | 'replication-evidence'
  | 'replication-velero'
  /** Of Velero in a cluster. */
  | 'velero'
  /** Of a server that writes its backups by itself; one for each such source. */
  | 'landing'
  /** Plans verifications, and puts together what was found. */
  | 'verify-checksum'
  /** Reads one part of a backup. */
  | 'verify-part'
  /** Assumed by S3: computes digests of archived backups. */
  | 'checksum-jobs'
  | 'alert-stale'
  /** Of the exporter in a cluster: reads what was written down about every backup. */
  | 'exporter'
  /** Assumed by AWS Backup: takes and copies recovery points. */
  | 'aws-backup'
  /** Assumed by AWS Backup: restores them. */
  | 'aws-restore'
  /** Assumed by a person in an emergency, if the plan names any. */
  | 'break-glass';

export function roleName(
  compiled: CompiledPlan,
  region: string,
  use: RoleUse,
  source?: string,
): string {
  return boundedName(wholeName(compiled, region, use, source), ROLE_NAME_LIMIT);
}

function wholeName(
  { plan, environment }: CompiledPlan,
  region: string,
  use: RoleUse,
  source?: string,
): string {
  const parts = ['tidemark', plan, environment, source, use, region];
  return parts.filter((part) => part !== undefined).join('-');
}

export function roleArn(
  compiled: CompiledPlan,
  region: string,
  use: RoleUse,
  source?: string,
): string {
  return arnOf(compiled, region, roleName(compiled, region, use, source));
}

/**
 * Patterns of the ARNs of the roles of many sources, for a policy that has no room to name each. A name that had to be
 * cut no longer says what its role is for: where there is one, the second pattern takes all such names of the environment.
 */
export function roleArnPatterns(
  compiled: CompiledPlan,
  region: string,
  use: RoleUse,
  sources: readonly string[],
): string[] {
  const any = wholeName(compiled, region, use, '*');
  const isCut = (source: string): boolean =>
    wholeName(compiled, region, use, source).length > ROLE_NAME_LIMIT;
  const start = any.slice(0, Math.min(any.indexOf('*'), CUT_LENGTH));
  const names = [any, ...(sources.some(isCut) ? [`${start}*-${'?'.repeat(DIGEST_LENGTH)}`] : [])];
  return names.map((name) => arnOf(compiled, region, name));
}

/** The regions of the two sides differ, so the region in which a role works says whose it is. */
function arnOf(compiled: CompiledPlan, region: string, name: string): string {
  const account = accountOf(compiled, region === compiled.regions.replica ? 'replica' : 'primary');
  return `arn:aws:iam::${account}:role/${name}`;
}
