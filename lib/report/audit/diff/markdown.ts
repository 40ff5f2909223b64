import { EFFECTS, type Effect } from '../../../audit/diff/relevant.ts';
import { countText, type EnvironmentDiff, groupsOf } from './environment-diff.ts';

const HEADINGS: Readonly<Record<Effect, string>> = {
  shrinks: 'Shrinks',
  changes: 'Changes',
  grows: 'Grows',
};

/** For a comment on a pull request or a job's summary. */
export function diffMarkdown(diffs: readonly EnvironmentDiff[], against: string): string {
  return groupsOf(diffs)
    .flatMap(({ plan, environments, changes }) => [
      `### ${inert(`${plan} / ${environments.join(', ')}`)}`,
      `Against ${inert(against)}: ${countText(changes)}`,
      ...EFFECTS.flatMap((effect) => {
        const own = changes.filter((change) => change.effect === effect);
        if (own.length === 0) return [];
        const items = own.map(({ sentence }) => `- ${inert(sentence)}`);
        return [`**${HEADINGS[effect]}**`, items.join('\n')];
      }),
    ])
    .join('\n\n');
}

/** Reasons are written by people: they become neither markup nor HTML, and mention nobody. */
const inert = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;');
