import { AofFormatError } from './errors.ts';

/** One file that the server's manifest names. */
export interface AofFileName {
  readonly name: string;
  readonly sequence: number;
}

/** What the server would load: a base, then increments in order. Files of older rewrites are left out. */
export interface AofManifest {
  /** Absent where the log begins with an empty data set. */
  readonly base: AofFileName | undefined;
  readonly increments: readonly AofFileName[];
}

/**
 * Parses `<appendfilename>.manifest`: a line for each file, in words that come in pairs, such as
 * `file appendonly.aof.1.incr.aof seq 1 type i`. The type is b (base), i (increment) or h (history, about to be removed).
 * Pairs that newer servers add say nothing that is needed here.
 * @throws AofFormatError
 */
export function parseAofManifest(text: string): AofManifest {
  let base: AofFileName | undefined;
  const increments: AofFileName[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const { type, ...file } = parseLine(line);
    if (type === 'b') base = file;
    else if (type === 'i') increments.push(file);
    else if (type !== 'h') throw unreadable(line);
  }
  for (const [index, { sequence }] of increments.entries()) {
    if (index > 0 && sequence !== (increments[index - 1]?.sequence ?? 0) + 1) {
      throw new AofFormatError(
        `the manifest of the append-only files names the increment ${sequence} out of order`,
      );
    }
  }
  return { base, increments };
}

function parseLine(line: string): AofFileName & { readonly type: string } {
  const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const values = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    values.set((words[at] ?? '').toLowerCase(), words[at + 1] ?? '');
  }
  const name = unquoted(values.get('file') ?? '');
  const sequence = Number(values.get('seq'));
  // A path would lead out of the folder; Redis refuses one, too.
  if (name === '' || name.includes('/') || !Number.isSafeInteger(sequence) || sequence < 1) {
    throw unreadable(line);
  }
  return { name, sequence, type: values.get('type') ?? '' };
}

/** As Redis quotes names with spaces. */
const unquoted = (word: string): string =>
  word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word;

const unreadable = (line: string): AofFormatError =>
  new AofFormatError(
    `the manifest of the append-only files has a line that cannot be understood: ${JSON.stringify(line)}`,
  );

/** What a server reads that has one base and, behind it, one increment. */
export const aofManifestText = (base: string | undefined, increment: string): string =>
  [
    ...(base === undefined ? [] : [`file ${base} seq 1 type b`]),
    `file ${increment} seq 1 type i`,
    '',
  ].join('\n');
