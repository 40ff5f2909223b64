import type pg from 'pg';
import { timestamp } from '../../../catalog/keys.ts';
import { quoteName } from '../replication-values.ts';
import { LoadError } from './errors.ts';
import { findTable, type LiveTable } from './live-table.ts';
import { makeTables } from './make-table.ts';
import type { TableCounts } from './overwrite-table.ts';
import { setSequences } from './sequences.ts';
import type { StagedRows } from './stage-rows.ts';
import type { TableDefinitions } from './table-definitions.ts';
import { readDependents } from './table-dependents.ts';

/** Where a table goes whose place another one takes. */
export const schemaBefore = (at: Date): string => `before_${timestamp(at).toLowerCase()}`;

const SEQUENCES = `
  SELECT quote_ident(s.relname) AS name, quote_ident(n.nspname) || '.' || quote_ident(s.relname) AS quoted
  FROM pg_depend d JOIN pg_class s ON s.oid = d.objid JOIN pg_namespace n ON n.oid = s.relnamespace
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1
    AND s.relkind = 'S' AND d.deptype IN ('a', 'i')`;

/** pg_dump does not count them among what belongs to a table. */
const STATISTICS = `
  SELECT quote_ident(n.nspname) || '.' || quote_ident(s.stxname) AS name, pg_get_statisticsobjdef(s.oid) AS definition,
    quote_ident(pg_get_userbyid(s.stxowner)) AS owner
  FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE s.stxrelid = $1`;

/**
 * Makes the table anew with the staged rows and lets it take the place of the one that is in use, in one transaction: with
 * everything that pg_dump says belongs to it, with the views and foreign keys that others have on it, and with its
 * sequences where they are. The old one moves into a schema of its own, untouched.
 * @throws LoadRefusedError, LoadError; then nothing was changed
 */
export async function swapTable(
  client: pg.Client,
  live: LiveTable,
  staged: StagedRows,
  definitions: TableDefinitions,
  schema: string,
): Promise<TableCounts> {
  const { quoted } = live;
  await client.query('BEGIN');
  try {
    await client.query(`LOCK TABLE ${quoted} IN ACCESS EXCLUSIVE MODE`);
    const now = await findTable(client, live);
    if (now?.oid !== live.oid) throw new LoadError(`${quoted} was replaced meanwhile; load again`);
    const dependents = await readDependents(client, live);
    const before = await countOf(client, quoted);
    for (const { drop } of dependents.keys) await client.query(drop);
    const statistics = await moveAway(client, live, schema);
    await makeTables(client, [live], definitions.before);
    await client.query(
      `INSERT INTO ${quoted} (${staged.columns}) OVERRIDING SYSTEM VALUE SELECT ${staged.columns} FROM ${staged.stage}`,
    );
    for (const statement of [...definitions.after, ...statistics]) await client.query(statement);
    await keepSequences(client, live.oid, live.schema);
    const taken = await findTable(client, live);
    if (taken) await setSequences(client, taken);
    for (const view of dependents.views) await client.query(view);
    for (const { add } of dependents.keys) await client.query(add);
    const after = await countOf(client, quoted);
    if (after !== staged.rows) {
      throw new LoadError(
        `${quoted} would have ${after} rows and not the ${staged.rows} of the backup`,
      );
    }
    await client.query('COMMIT');
    return { before, after };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * Its indexes and the sequences of its columns go with it, extended statistics do not.
 * @returns what makes those for the table that takes the place
 */
async function moveAway(
  client: pg.Client,
  { oid, quoted }: LiveTable,
  schema: string,
): Promise<string[]> {
  await client.query(`CREATE SCHEMA ${quoteName(schema)}`);
  const { rows } = await client.query<Record<'name' | 'definition' | 'owner', string>>(STATISTICS, [
    oid,
  ]);
  await client.query(`ALTER TABLE ${quoted} SET SCHEMA ${quoteName(schema)}`);
  for (const { name } of rows) {
    await client.query(`ALTER STATISTICS ${name} SET SCHEMA ${quoteName(schema)}`);
  }
  return rows.flatMap(({ name, definition, owner }) => [
    definition,
    `ALTER STATISTICS ${name} OWNER TO ${owner}`,
  ]);
}

/** The new table's sequences go on where those of the old one are. */
async function keepSequences(client: pg.Client, old: number, schema: string): Promise<void> {
  const { rows } = await client.query<{ name: string; quoted: string }>(SEQUENCES, [old]);
  for (const { name, quoted } of rows) {
    const taken = `${quoteName(schema)}.${name}`;
    await client.query(
      `SELECT setval('${taken.replaceAll("'", "''")}', last_value, is_called) FROM ${quoted}`,
    );
  }
}

async function countOf(client: pg.Client, quoted: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${quoted}`);
  return Number(rows[0]?.n);
}
