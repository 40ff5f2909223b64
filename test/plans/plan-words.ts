import { compile } from '../../lib/plan/compile.ts';
import type { CompiledPlan, CompiledSource, Protection } from '../../lib/plan/compiled.ts';
import type { Finding } from '../../lib/plan/findings.ts';
import type { PlanInput } from '../../lib/plan/schema.ts';
import { expectSame } from './read-guide.ts';

/** A plan in one of its environments. */
export interface Held {
  readonly compiled: CompiledPlan;
  readonly findings: readonly Finding[];
}

/** @throws Error with the findings of a plan that does not compile */
export function hold(plan: PlanInput, environment: string): Held {
  const { compiled, findings } = compile(plan, environment);
  if (!compiled) throw new Error(JSON.stringify(findings, null, 2));
  return { compiled, findings };
}

export function sourceOf({ compiled }: Held, name: string): CompiledSource {
  const found = compiled.sources.find((source) => source.name === name);
  if (!found) throw new Error(`the plan has no source ${name}`);
  return found;
}

export function rowOf(held: Held, source: string, kind: Protection['kind']): Protection {
  const found = sourceOf(held, source).protections.find((row) => row.kind === kind);
  if (!found) throw new Error(`the source ${source} has no row ${kind}`);
  return found;
}

/** Everything of a source has its place in the bucket: a class with rules of its own. */
export function expectStored(
  { compiled: { classes, buckets } }: Held,
  { protections }: CompiledSource,
): void {
  if (protections.every(({ takenBy }) => takenBy === 'velero')) {
    // It has a bucket of its own in S3, and keeps each backup for as long as its Schedule says.
    expectSame('a bucket of its own', Object.values(buckets.velero).includes(''), false);
    return;
  }
  const stored = classes.map((kept) => kept.name);
  const kept = protections.flatMap(({ tiers }) => tiers.map((tier) => tier.class));
  const lost = kept.filter((name) => !stored.includes(name));
  expectSame('classes without a place in the bucket', lost, []);
}

/** The guide and the plan differ here on purpose: a finding says so, and the plan carries a reason. */
export function expectExempt({ findings }: Held, code: string, path: string): void {
  const found = findings.find((finding) => finding.code === code && placeOf(finding) === path);
  if (!found) throw new Error(`no ${code} is reported at ${path}`);
  expectSame(
    `${code} at ${path}`,
    [found.severity, (found.reason ?? '').length > 0],
    ['exempt', true],
  );
}

/** The guide and the plan differ here, and a finding says so that needs no exemption. */
export function expectSaid({ findings }: Held, code: string, path: string): void {
  if (findings.some((finding) => finding.code === code && finding.path === path)) return;
  throw new Error(`no ${code} is reported at ${path}`);
}

/** Where all sources share a part of the plan, the source that a finding about it is about. */
const placeOf = ({ path, source }: Held['findings'][number]): string =>
  source === undefined ? path : `${path} of ${source}`;

/** What needs an exemption in an environment, such as `TM101 objectives.rpo of redis`. */
export const exemptIn = ({ findings }: Held): string[] =>
  findings
    .filter(({ severity }) => severity === 'exempt')
    .map((finding) => `${finding.code} ${placeOf(finding)}`)
    .sort();
