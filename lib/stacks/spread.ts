import { createHash } from 'node:crypto';
import { type CompiledPlan, type CompiledSource, derivedSources } from '../plan/compiled.ts';

/**
 * As many sources as one stack takes. Each has up to 16 resources in the primary region, CloudFormation takes 500 in a
 * stack, and what all sources share needs some 80.
 */
const SOURCES_PER_STACK = 20;

/** Sources that have a stack of their own in each region. */
export interface SourceGroup {
  /** Counted from 1. */
  readonly number: number;
  readonly sources: readonly CompiledSource[];
  /** Groups that gave sources to this one when there were half as many groups, and half of that. */
  readonly after: readonly number[];
}

/** Sources in the stacks of the regions, beside what they share: all of them, or none where they are too many. */
export function residentSources(compiled: CompiledPlan): CompiledSource[] {
  const sources = derivedSources(compiled);
  return sources.length <= SOURCES_PER_STACK ? sources : [];
}

/**
 * Which sources share a stack; empty where all of them fit together. Role names and alarms exist once, so a source must
 * not wander from stack to stack when another one comes or goes: its name alone decides, as long as the number of groups
 * stays. That number doubles until the largest group fits; half of each group then goes to a new one, which is deployed
 * after it.
 */
export function sourceGroups(compiled: CompiledPlan): SourceGroup[] {
  const sources = derivedSources(compiled);
  if (sources.length <= SOURCES_PER_STACK) return [];
  for (let count = 2; ; count *= 2) {
    const groups = Map.groupBy(sources, ({ name }) => hash(name) % count);
    if (Math.max(...[...groups.values()].map(({ length }) => length)) <= SOURCES_PER_STACK) {
      return [...groups]
        .sort(([a], [b]) => a - b)
        .map(([index, members]) => ({
          number: index + 1,
          sources: members,
          after: origins(index, count).map((origin) => origin + 1),
        }));
    }
  }
}

/** With half as many groups, the members of group 6 of 8 were in group 2 of 4, and before in group 0 of 2. */
function origins(index: number, count: number): number[] {
  const all: number[] = [];
  for (let half = count / 2; half >= 2; half /= 2) all.push(index % half);
  return [...new Set(all)].filter((origin) => origin !== index);
}

const hash = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE();
