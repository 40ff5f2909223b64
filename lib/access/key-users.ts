import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';
import { type RoleUse, roleArn, roleArnPatterns } from './role-names.ts';

/** A key policy holds 32 KB, which is four ARNs for each of some 80 sources with long names. */
const NAMED_SOURCES = 50;

/** Roles that the key of one side must know, by ARN or, where sources are many, by pattern; see the policies of the roles for what each may read or write. */
export function keyUsers(
  compiled: CompiledPlan,
  side: 'primary' | 'replica',
): { encryptors: string[]; decryptors: string[] } {
  const { primary, replica } = compiled.regions;
  const here = compiled.regions[side];
  const elsewhere = side === 'primary' ? replica : primary;
  const sources = derivedSources(compiled).map(({ name }) => name);
  const ofSources = (region: string, use: RoleUse): string[] =>
    sources.length > NAMED_SOURCES
      ? roleArnPatterns(compiled, region, use, sources)
      : sources.map((name) => roleArn(compiled, region, use, name));
  const writers = ofSources(here, 'writer');
  // A restore reads the nearer copy and falls back to the other.
  const restorers = [...ofSources(here, 'restorer'), ...ofSources(elsewhere, 'restorer')];
  const replication = [here, elsewhere].map((region) => roleArn(compiled, region, 'replication'));
  const verifier = side === 'primary' ? [roleArn(compiled, primary, 'verify-checksum')] : [];
  const staleness = side === 'primary' ? [roleArn(compiled, primary, 'alert-stale')] : [];
  return {
    encryptors: unique([...writers, ...verifier, roleArn(compiled, elsewhere, 'replication')]),
    decryptors: unique([...writers, ...restorers, ...verifier, ...staleness, ...replication]),
  };
}

const unique = (arns: readonly string[]): string[] => [...new Set(arns)];
