import type { Change } from '../../../audit/diff/diff.ts';
import { sourceOf } from '../../../audit/diff/facts.ts';
import { EFFECTS, type Effect } from '../../../audit/diff/relevant.ts';
import { shownOnOneLine } from '../../shown.ts';
import { sentence } from './sentence.ts';

/** What a change of a plan does to one environment's promises. */
export interface EnvironmentDiff {
  readonly plan: string;
  readonly environment: string;
  readonly changes: readonly Change[];
}

const VERBS: Readonly<Record<Effect, readonly [one: string, many: string]>> = {
  shrinks: ['shrinks', 'shrink'],
  changes: ['changes', 'change'],
  grows: ['grows', 'grow'],
};

/** `1 promise shrinks, 2 grow`. */
export function countText(changes: readonly Pick<Change, 'effect'>[]): string {
  const counts = EFFECTS.flatMap((effect) => {
    const count = changes.filter((change) => change.effect === effect).length;
    return count === 0 ? [] : [{ count, effect }];
  });
  if (counts.length === 0) return 'no promise changes';
  return counts
    .map(({ count, effect }, index) => {
      const noun = index > 0 ? '' : count === 1 ? ' promise' : ' promises';
      return `${count}${noun} ${VERBS[effect][count === 1 ? 0 : 1]}`;
    })
    .join(', ');
}

/** Environments whose promises change alike. */
export interface DiffGroup {
  readonly plan: string;
  readonly environments: readonly string[];
  readonly changes: readonly { readonly effect: Effect; readonly sentence: string }[];
}

/** What a person reads once, where it is true of several environments; those in which nothing changes come last. */
export function groupsOf(diffs: readonly EnvironmentDiff[]): DiffGroup[] {
  const told = diffs.map(({ changes, ...rest }) => ({
    ...rest,
    changes: changes.map((change) => ({
      effect: change.effect,
      sentence: shownOnOneLine(sentence(change)),
    })),
  }));
  return [...Map.groupBy(told, ({ plan, changes }) => JSON.stringify([plan, changes])).values()]
    .flatMap((alike) => {
      const [first] = alike;
      if (!first) return [];
      const { plan, changes } = first;
      return [{ plan, environments: alike.map(({ environment }) => environment), changes }];
    })
    .sort((a, b) => Number(a.changes.length === 0) - Number(b.changes.length === 0));
}

/** For programs: the sentences, with the facts that they are made from. */
export function diffJson(diffs: readonly EnvironmentDiff[], against: string): string {
  const environments = diffs.map(({ plan, environment, changes }) => ({
    plan,
    environment,
    changes: changes.map((change) => {
      const { effect, before, after } = change;
      const fact = after ?? before;
      return {
        effect,
        about: fact?.about,
        source: fact ? sourceOf(fact) : null,
        sentence: sentence(change),
        before,
        after,
      };
    }),
  }));
  return JSON.stringify({ format: 1, against, environments }, null, 2);
}
