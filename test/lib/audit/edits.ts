import type { Synthesised } from '../../../lib/audit/read/environment.ts';

/** A file after an edit by hand, and the line that a reviewer should be sent to. */
interface Edited {
  readonly lines: readonly string[];
  /** Counted from 1. */
  readonly line: number;
}

export type Edit = (lines: readonly string[]) => Edited;

/** Index of the first line with the last of the texts, after lines with each of those before it. */
function find(lines: readonly string[], texts: readonly string[]): number {
  let at = -1;
  for (const text of texts) {
    at = lines.findIndex((line, index) => index > at && line.includes(text));
    if (at < 0) throw new Error(`no line has ${JSON.stringify(text)}, of ${JSON.stringify(texts)}`);
  }
  return at;
}

/** Replaces text in the line that the path of texts leads to. */
export const replace =
  (path: readonly string[], text: string, by: string): Edit =>
  (lines) => {
    const at = find(lines, path);
    const line = lines[at] ?? '';
    if (!line.includes(text)) throw new Error(`${line} has no ${text}`);
    return { lines: lines.with(at, line.replace(text, by)), line: at + 1 };
  };

/** Puts lines in behind the line that the path leads to; the edit is told of at the `cited` one of them. */
export const insert =
  (path: readonly string[], added: readonly string[], cited = 0): Edit =>
  (lines) => {
    const at = find(lines, path);
    return { lines: lines.toSpliced(at + 1, 0, ...added), line: at + 2 + cited };
  };

/** The lines without some of them; a reviewer is sent to where the file begins to differ. */
function without(lines: readonly string[], from: number, count: number): Edited {
  const rest = lines.toSpliced(from, count);
  return { lines: rest, line: rest.findIndex((line, index) => line !== lines[index]) + 1 };
}

/**
 * Removes the block of `indent` blanks around the line that the path leads to: from the line that opens it to the one
 * that closes it.
 */
export const remove =
  (path: readonly string[], indent: number): Edit =>
  (lines) => {
    const at = find(lines, path);
    const edge = ' '.repeat(indent);
    const from = lines.findLastIndex(
      (line, index) =>
        index <= at && line.startsWith(edge) && line[indent] !== ' ' && /[[{]$/.test(line),
    );
    const to = lines.findIndex(
      (line, index) => index > at && /^[\]}],?$/.test(line.slice(indent)) && line.startsWith(edge),
    );
    if (from < 0 || to < 0) throw new Error(`nothing encloses line ${at + 1} at ${indent}`);
    return without(lines, from, to - from + 1);
  };

export const removeLine =
  (path: readonly string[]): Edit =>
  (lines) =>
    without(lines, find(lines, path), 1);

/** The files with one of them edited, and where that is to be found. */
export function edited(
  files: Synthesised,
  name: string,
  edit: Edit,
): { readonly files: Synthesised; readonly file: string; readonly line: number } {
  const all = [...files.templates, ...files.manifests];
  const file = all.find((one) => one.file.includes(name));
  if (!file) throw new Error(`no file is called ${name}`);
  const { lines, line } = edit(file.text.split('\n'));
  const change = (list: Synthesised['templates']) =>
    list.map((one) => (one === file ? { ...one, text: lines.join('\n') } : one));
  return {
    files: { templates: change(files.templates), manifests: change(files.manifests) },
    file: file.file,
    line,
  };
}
