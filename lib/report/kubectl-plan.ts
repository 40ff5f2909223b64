import { table } from './format.ts';

/** What a person types, in its order. */
export interface TypedSteps {
  /** What it is for, and where. */
  readonly head: readonly string[];
  readonly steps: readonly { readonly say: string; readonly run: readonly string[] }[];
}

const WIDTH = 100;

/** A script that says what it does: to be read, and typed or pasted step by step. */
export function kubectlPlanText({ head, steps }: TypedSteps): string {
  const blocks = steps.map(({ say, run }, index) => [
    ...comment(`${index + 1}. ${say}`, '   '),
    ...run,
  ]);
  return [head.map((line) => `# ${line}`), ...blocks].map((lines) => lines.join('\n')).join('\n\n');
}

/** @param scenarios each with its title, and why it cannot be done where it cannot */
export const scenariosText = (
  source: string,
  scenarios: readonly { readonly name: string; readonly title: string; readonly not?: string }[],
): string =>
  `${source}\n${table(
    ['  scenario', 'what'],
    scenarios.map(({ name, title, not }) => [`  ${name}`, not ? `not here: ${not}` : title]),
  )}`;

/** Wrapped at words; `indent`: of its second line and those after. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= WIDTH) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(line === undefined ? `# ${word}` : `# ${indent}${word}`);
    }
  }
  return lines;
}
