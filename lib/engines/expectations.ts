import type { DrillRun } from '../catalog/run-record.ts';
import type { Attempt } from './drill-attempt.ts';

/** A question to the recovered data, and its answer as text. */
export interface Expectation {
  readonly query: string;
  readonly expected: string;
}

/** An answer is evidence in the record, not a copy of the data. */
const KEPT_CHARACTERS = 200;

/**
 * Asks one after the other; one that is answered in another way, or not at all, is noted and the next one is asked.
 * @param answerOf null where there is nothing @throws the signal's reason
 */
export async function askExpectations(
  expectations: readonly Expectation[],
  attempt: Attempt,
  answerOf: (query: string) => Promise<string | null>,
): Promise<DrillRun['queries']> {
  const answers: DrillRun['queries'] = [];
  for (const { query, expected } of expectations) {
    const answer: DrillRun['queries'][number] = { query, expected, found: null };
    answers.push(answer);
    await attempt(query, async () => {
      answer.found = (await answerOf(query))?.slice(0, KEPT_CHARACTERS) ?? null;
      if (answer.found !== expected) {
        throw new Error(`the answer is ${answer.found ?? 'nothing'}; ${expected} was expected`);
      }
    });
  }
  return answers;
}
