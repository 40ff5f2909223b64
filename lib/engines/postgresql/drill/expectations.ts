import type pg from 'pg';
import type { DrillRun } from '../../../catalog/run-record.ts';
import type { Attempt } from '../../drill-attempt.ts';

/** A question to the recovered data and its answer: the first column of the first row, as text. */
export interface Expectation {
  readonly query: string;
  readonly expected: string;
}

/** An answer is evidence in the record, not a copy of the data. */
const KEPT_CHARACTERS = 200;

const BOOLEAN_OID = 16;

export async function askExpectations(
  client: pg.Client,
  expectations: readonly Expectation[],
  attempt: Attempt,
): Promise<DrillRun['queries']> {
  const answers: DrillRun['queries'] = [];
  for (const { query, expected } of expectations) {
    const answer: DrillRun['queries'][number] = { query, expected, found: null };
    answers.push(answer);
    await attempt(query, async () => {
      answer.found = await answerOf(client, query);
      if (answer.found !== expected) {
        throw new Error(`the answer is ${answer.found ?? 'nothing'}; ${expected} was expected`);
      }
    });
  }
  return answers;
}

/** Null if there is no row, or a null in it. */
async function answerOf(client: pg.Client, query: string): Promise<string | null> {
  // `extended` refuses several statements; the client's types do not know it yet.
  const question: pg.QueryArrayConfig & { queryMode: 'extended' } = {
    text: query,
    rowMode: 'array',
    queryMode: 'extended',
    // As the server writes it, which is what a person sees in psql.
    types: { getTypeParser: (oid: number) => (oid === BOOLEAN_OID ? readBoolean : asIs) },
  };
  const { rows } = await client.query<(string | null)[]>(question);
  return rows[0]?.[0]?.slice(0, KEPT_CHARACTERS) ?? null;
}

const asIs = (text: string): string => text;
const readBoolean = (text: string): string => (text === 't' ? 'true' : 'false');
