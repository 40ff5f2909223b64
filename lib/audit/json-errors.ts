import { type Document, type LineCounter, visit } from 'yaml';
import { messageOf } from '../message.ts';
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
    const message = messageOf(error);
    const told = /\(line (\d+) column \d+\)/.exec(message)?.[1];
    const line = told === undefined ? suspectLine(document, lines) : Number(told);
    const reason = message
      .replace(/, \.*"[\s\S]*$/, '')
      .replace(/ in JSON at position .*$/, '')
      .replace(/^.*\ufeff.*$/, 'it begins with a byte order mark');
    return [{ place: { file, line, resource: '' }, message: `not JSON (${reason})` }];
  }
}

/**
 * Not every message tells where its token is: then it is the first value that is neither quoted nor a word of JSON, or
 * what is no YAML either.
 */
function suspectLine(document: Document, lines: LineCounter): number {
  let at = document.errors[0]?.pos[0] ?? 0;
  visit(document, {
    Scalar(_key, { type, source = '', range }) {
      if (type !== 'PLAIN' || !range || JSON_WORD.test(source)) return;
      at = range[0];
      return visit.BREAK;
    },
  });
  return lines.linePos(at).line;
}

const JSON_WORD = /^(-?\d[\d.eE+-]*|true|false|null)$/;
