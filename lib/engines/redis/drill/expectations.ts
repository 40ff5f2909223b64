import type { DrillRun } from '../../../catalog/run-record.ts';
import type { Attempt } from '../../drill-attempt.ts';
import { EngineInputError } from '../../input-error.ts';
import { type RedisConnection, textOf } from '../connection.ts';
import type { Reply } from '../resp.ts';

/** A command and its answer as text; the parts of a list are separated by spaces. */
export interface Expectation {
  readonly query: string;
  readonly expected: string;
}

/** An answer is evidence in the record, not a copy of the data. */
const KEPT_CHARACTERS = 200;

/** Asks one after the other on one connection, so that SELECT holds for those behind it. */
export async function askExpectations(
  connection: RedisConnection,
  expectations: readonly Expectation[],
  attempt: Attempt,
): Promise<DrillRun['queries']> {
  const answers: DrillRun['queries'] = [];
  for (const { query, expected } of expectations) {
    const answer: DrillRun['queries'][number] = { query, expected, found: null };
    answers.push(answer);
    await attempt(query, async () => {
      answer.found = answerText(await connection.command(...wordsOf(query)));
      if (answer.found !== expected) {
        throw new Error(`the answer is ${answer.found ?? 'nothing'}; ${expected} was expected`);
      }
    });
  }
  return answers;
}

/** The words of a command; what is in double quotes is one word. @throws EngineInputError if there are none */
export function wordsOf(query: string): string[] {
  const words = [...query.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  if (words.length > 0) return words;
  throw new EngineInputError("an empty --query; write a command such as 'GET user:1'");
}

function answerText(reply: Reply): string | null {
  if (reply === null) return null;
  const text = Array.isArray(reply) ? reply.map(textOf).join(' ') : textOf(reply);
  return text.slice(0, KEPT_CHARACTERS);
}
