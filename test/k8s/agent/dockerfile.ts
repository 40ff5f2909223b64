/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
  /** Of the exec form, `["a", "b"]`; undefined in the shell form. */
  readonly exec: readonly string[] | undefined;
}

/** Reads a Dockerfile as far as the tests need: comments, continued lines, the JSON form of commands. */
export function parseDockerfile(source: string): Instruction[] {
  return source
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, text] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      if (name === undefined || text === undefined) throw new Error(`not an instruction: ${line}`);
      return { name, text, exec: execForm(text) };
    });
}

function execForm(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  const words: unknown = JSON.parse(text);
  return Array.isArray(words) ? words.map(String) : undefined;
}

/** The instructions of each stage, from its FROM on. */
export function stages(instructions: readonly Instruction[]): Instruction[][] {
  const result: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') result.push([]);
    result.at(-1)?.push(instruction);
  }
  return result;
}
