import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';
import { otherSide, type Side } from '../storage/location.ts';
import { type RoleUse, roleArn, roleArnPatterns } from './role-names.ts';

/** A key policy holds 32 KB, which is seven ARNs for each of some 45 sources with long names. */
const NAMED_SOURCES = 40;

/** The roles of every source for one purpose, by name or, where they are many, by pattern. */
export function ofSources(
  compiled: CompiledPlan,
  region: string,
  use: RoleUse,
  named = NAMED_SOURCES,
): string[] {
  const sources = derivedSources(compiled).map(({ name }) => name);
  return sources.length > named
    ? roleArnPatterns(compiled, region, use, sources)
    : sources.map((name) => roleArn(compiled, region, use, name));
}

/** ARNs, or patterns of them, of the roles that hold and release in the bucket of one side. */
export function holders(compiled: CompiledPlan, side: Side): string[] {
  const here = compiled.regions[side];
  const elsewhere = compiled.regions[otherSide(side)];
  return [
    ...ofSources(compiled, here, 'verifier'),
    ...(side === 'primary' ? [roleArn(compiled, here, 'verify-checksum')] : []),
    // Holds are copied like everything else.
    ...[here, elsewhere].map((region) => roleArn(compiled, region, 'replication')),
  ];
}
