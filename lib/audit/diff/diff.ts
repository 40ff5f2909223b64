import type { ComparableAudit } from './comparable-audit.ts';
import type { Fact, Promises } from './facts.ts';
import { promisesOfAudit } from './of-audit.ts';
import { type Compared, EFFECTS, isLeft, relevant } from './relevant.ts';
import { weigh } from './weigh.ts';

export interface Change extends Compared {
  /**
   * What becomes of objects that were stored under a retention class which the plan no longer has: nothing removes them,
   * because a lifecycle has rules only for the classes that the plan has or retires. False = they end as they were promised to.
   */
  readonly left: boolean;
}

/**
 * What differs between the promises of two versions of an environment, the weaker ones first. Of what is new or gone as
 * a whole, only that is told, and not everything in it.
 * @param before undefined = the environment was not there
 * @param after undefined = the environment is no longer there
 */
export function diffPromises(before: Promises | undefined, after: Promises | undefined): Change[] {
  const versions = { old: factsByKey(before), young: factsByKey(after) };
  return [...new Set([...versions.old.keys(), ...versions.young.keys()])]
    .flatMap((key) => {
      const found = compare(versions.old.get(key) ?? null, versions.young.get(key) ?? null);
      const change = found && relevant(found, versions);
      return change ? [{ ...change, left: isLeft(change, versions) }] : [];
    })
    .sort((a, b) => rank(a) - rank(b));
}

/** That the whole environment is new or gone explains the rest. */
const rank = ({ effect, before, after }: Change): number =>
  (after ?? before)?.about === 'environment' ? -1 : EFFECTS.indexOf(effect);

/** The same of two audits. */
export const diffAudits = (before: ComparableAudit, after: ComparableAudit): Change[] =>
  diffPromises(promisesOfAudit(before), promisesOfAudit(after));

function factsByKey(promises: Promises | undefined): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>();
  for (const fact of promises?.facts ?? []) {
    const { key } = weigh(fact);
    // Two findings may differ in nothing but the row that they are about.
    let nth = 0;
    while (facts.has(`${key}${nth}`)) nth++;
    facts.set(`${key}${nth}`, fact);
  }
  return facts;
}

function compare(before: Fact | null, after: Fact | null): Compared | undefined {
  const [old, young] = [before && weigh(before), after && weigh(after)];
  const absent = (old ?? young)?.absent ?? 0;
  const pairs = [
    [strengthOf(old, absent), strengthOf(young, absent)] as const,
    ...measuresOfBoth(old, young),
  ];
  const weaker = pairs.some(([was, is]) => is < was);
  const stronger = pairs.some(([was, is]) => is > was);
  if (!weaker && !stronger && old?.detail === young?.detail) return undefined;
  return { effect: weaker ? 'shrinks' : stronger ? 'grows' : 'changes', before, after };
}

type MaybeWeight = ReturnType<typeof weigh> | null;

function measuresOfBoth(old: MaybeWeight, young: MaybeWeight): (readonly [number, number])[] {
  return Object.entries(old?.measures ?? {}).flatMap(([name, was]) => {
    const is = young?.measures[name];
    return is === undefined ? [] : [[was, is] as const];
  });
}

/** What has no strength is as strong whether it is there or not. */
const strengthOf = (weight: MaybeWeight, absent: number): number =>
  weight === null ? absent : (weight.strength ?? absent);
