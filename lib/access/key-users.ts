import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';
import { type RoleUse, roleArn } from './role-names.ts';

/** Roles that the key of one side must know, by ARN; see the policies of the roles for what each may read or write. */
export function keyUsers(
  compiled: CompiledPlan,
  side: 'primary' | 'replica',
): { encryptors: string[]; decryptors: string[] } {
  const { primary, replica } = compiled.regions;
  const here = compiled.regions[side];
  const elsewhere = side === 'primary' ? replica : primary;
  const ofSources = (region: string, use: RoleUse): string[] =>
    derivedSources(compiled).map(({ name }) => roleArn(compiled, region, use, name));
  const writers = ofSources(here, 'writer');
  // A restore reads the nearer copy and falls back to the other.
  const restorers = [...ofSources(here, 'restorer'), ...ofSources(elsewhere, 'restorer')];
  const replication = [here, elsewhere].map((region) => roleArn(compiled, region, 'replication'));
  const verifier = side === 'primary' ? [roleArn(compiled, primary, 'verify-checksum')] : [];
  const staleness = side === 'primary' ? [roleArn(compiled, primary, 'alert-stale')] : [];
  return {
    encryptors: [...writers, ...verifier, roleArn(compiled, elsewhere, 'replication')],
    decryptors: [...writers, ...restorers, ...verifier, ...staleness, ...replication],
  };
}
