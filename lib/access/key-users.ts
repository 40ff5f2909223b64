import { accountOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { otherSide, type Side } from '../storage/location.ts';
import { hasExporter } from './exporter-role.ts';
import { ofSources } from './holders.ts';
import { landingRoles } from './landing-access.ts';
import { roleArn } from './role-names.ts';

/** ARNs, or patterns of them, of roles that may use a key through S3. They need not exist yet. */
export interface KeyUsers {
  readonly encryptors: string[];
  readonly decryptors: string[];
}

/** Roles that the key of the backups of one side must know, by ARN or, where sources are many, by pattern; see the policies of the roles for what each may read or write. */
export function keyUsers(compiled: CompiledPlan, side: Side): KeyUsers {
  const here = compiled.regions[side];
  const elsewhere = compiled.regions[otherSide(side)];
  const writers = ofSources(compiled, here, 'writer');
  const verifiers = ofSources(compiled, here, 'verifier');
  const restorers = ofSources(compiled, here, 'restorer');
  const replication = [here, elsewhere].map((region) => roleArn(compiled, region, 'replication'));
  const { primary } = compiled.regions;
  const lambda = side === 'primary' ? [roleArn(compiled, primary, 'verify-checksum')] : [];
  const lambdas =
    side === 'primary'
      ? (['alert-stale', 'checksum-jobs', 'verify-part'] as const).map((use) =>
          roleArn(compiled, primary, use),
        )
      : [];
  const exporters = hasExporter(compiled) ? [roleArn(compiled, here, 'exporter')] : [];
  // A restore reads the nearer copy and falls back to the other.
  const reading = [here, elsewhere].flatMap((region) => readers(compiled, region));
  const adding = [
    ...writers,
    ...verifiers,
    ...restorers,
    ...lambda,
    ...landingRoles(compiled, side),
  ];
  return {
    encryptors: unique([...adding, roleArn(compiled, elsewhere, 'replication')]),
    decryptors: unique([...adding, ...reading, ...exporters, ...lambdas, ...replication]),
  };
}

/**
 * ARNs, or patterns of them, of the roles of a region that read backups to restore them, from either copy.
 * @param named up to how many sources each is named
 */
export const readers = (compiled: CompiledPlan, region: string, named?: number): string[] => [
  ...ofSources(compiled, region, 'restorer', named),
  ...(compiled.breakGlass ? [roleArn(compiled, region, 'break-glass')] : []),
];

/**
 * The same of the key of the evidence: whoever verifies here writes it. Whoever reads it needs no more than permissions
 * of the account: auditors are not known to the plan, and there is no backed-up data in it.
 */
export function evidenceUsers(compiled: CompiledPlan, side: Side): KeyUsers {
  const here = compiled.regions[side];
  const elsewhere = compiled.regions[otherSide(side)];
  const lambda = side === 'primary' ? [roleArn(compiled, here, 'verify-checksum')] : [];
  const verifiers = [...ofSources(compiled, here, 'verifier'), ...lambda];
  const replication = (region: string): string => roleArn(compiled, region, 'replication-evidence');
  return {
    encryptors: unique([...verifiers, replication(elsewhere)]),
    decryptors: unique([
      `arn:aws:iam::${accountOf(compiled, side)}:*`,
      ...[here, elsewhere].map(replication),
    ]),
  };
}

const unique = (arns: readonly string[]): string[] => [...new Set(arns)];
