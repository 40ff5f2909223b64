import type pg from 'pg';
import { quoteName } from '../replication-values.ts';
import type { LiveTable } from './live-table.ts';

/** Of columns that count up: serial ones and identities. */
const OWNED = `
  SELECT d.objid::regclass::text AS sequence, a.attname AS column, s.seqincrement > 0 AS rises
  FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1
    AND d.deptype IN ('a', 'i')`;

/** Moves the sequences of a table's columns behind what the columns hold, and never back: a number is not given twice. */
export async function setSequences(client: pg.Client, { oid, quoted }: LiveTable): Promise<void> {
  const { rows } = await client.query<{ sequence: string; column: string; rises: boolean }>(OWNED, [
    oid,
  ]);
  for (const { sequence, column, rises } of rows) {
    const [most, beyond] = rises ? ['max', '>'] : ['min', '<'];
    await client.query(
      `SELECT setval('${sequence.replaceAll("'", "''")}', found.value)
       FROM (SELECT ${most}(${quoteName(column)})::int8 AS value FROM ${quoted}) found, ${sequence} now
       WHERE found.value ${beyond} now.last_value OR (found.value = now.last_value AND NOT now.is_called)`,
    );
  }
}
