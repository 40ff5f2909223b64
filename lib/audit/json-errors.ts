import { type Document, type LineCounter, visit } from 'yaml';
import type { Unreadable } from './template.ts';

/** YAML allows more than JSON does, and CloudFormation takes this file for JSON. */
export function jsonErrors(
  file: string,
  text: string,
  document: Document,
  lines: LineCounter,
): Unreadable[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const told = /\(line (\d+) column \d+\)/.exec(message)?.[1];
    const line = told === undefined ? bareLine(document, lines) : Number(told);
    const reason = message.replace(/, \.*"[\s\S]*$/, '').replace(/ in JSON at position .*$/, '');
    return [{ place: { file, line, resource: '' }, message: `not JSON (${reason})` }];
  }
}

/** Of the first value that is neither quoted nor a word of JSON: not every message tells where its token is. */
function bareLine(document: Document, lines: LineCounter): number {
  let line = 1;
  visit(document, {
    Scalar(_key, { type, source, range }) {
      if (type !== 'PLAIN' || !range || /^(-?\d[\d.eE+-]*|true|false|null)$/.test(source ?? ''))
        return;
      line = lines.linePos(range[0]).line;
      return visit.BREAK;
    },
  });
  return line;
}
