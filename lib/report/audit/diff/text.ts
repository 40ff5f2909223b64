import { styleText } from 'node:util';
import type { Effect } from '../../../audit/diff/relevant.ts';
import { countText, type EnvironmentDiff, groupsOf } from './environment-diff.ts';

const COLORS: Readonly<Record<Effect, 'red' | 'yellow' | 'green'>> = {
  shrinks: 'red',
  changes: 'yellow',
  grows: 'green',
};

/** For a terminal: environments that change alike together, what shrinks first. */
export function diffText(
  diffs: readonly EnvironmentDiff[],
  against: string,
  stream: NodeJS.WritableStream,
): string {
  return groupsOf(diffs)
    .map(({ plan, environments, changes }) => {
      const lines = changes.map(({ effect, sentence }) => {
        const mark = styleText(COLORS[effect], effect.padEnd(7), { stream });
        return `  ${mark}  ${sentence}`;
      });
      const name = styleText('bold', `${plan} / ${environments.join(', ')}`, { stream });
      return [
        `${name} against ${against}: ${countText(changes)}`,
        ...(lines.length > 0 ? ['', ...lines] : []),
      ].join('\n');
    })
    .join('\n\n');
}
