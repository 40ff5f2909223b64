import pg from 'pg';
import { LoadError, LoadRefusedError } from './errors.ts';
import { checkForeignKeys } from './foreign-keys.ts';
import { type LiveTable, ownRows } from './live-table.ts';
import { setSequences } from './sequences.ts';
import type { StagedRows } from './stage-rows.ts';

/** `replace`: exactly the rows of the backup; `merge`: what is missing comes back, what is there stays as it is. */
export type Overwrite = 'replace' | 'merge';

export interface TableCounts {
  readonly before: number;
  readonly after: number;
}

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Puts staged rows into the table that is in use, in one transaction. Others go on reading, and wait with writing. No
 * trigger fires, so that no cascade deletes anything elsewhere and nobody's trigger changes a row; foreign keys are
 * checked at the end instead.
 * @throws LoadRefusedError, LoadError; then nothing was changed
 */
export async function overwriteTable(
  client: pg.Client,
  live: LiveTable,
  staged: StagedRows,
  how: Overwrite,
): Promise<TableCounts> {
  const { stage, columns } = staged;
  if (how === 'merge') await requireUnique(client, live);
  await client.query('BEGIN');
  try {
    await silenceTriggers(client, live);
    await client.query(`LOCK TABLE ${live.quoted} IN SHARE ROW EXCLUSIVE MODE`);
    const before = await countOf(client, live);
    if (how === 'replace') await client.query(`DELETE FROM ${ownRows(live)}`);
    const conflict = how === 'merge' ? 'ON CONFLICT DO NOTHING' : '';
    await client.query(
      `INSERT INTO ${live.quoted} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${stage} ${conflict}`,
    );
    const after = await countOf(client, live);
    if (how === 'replace' && after !== staged.rows) {
      throw new LoadError(
        `${live.quoted} would have ${after} rows and not the ${staged.rows} of the backup; a rule of the table changes what is written: load it with --by swap`,
      );
    }
    await checkForeignKeys(client, live.oid);
    await setSequences(client, live);
    await client.query('COMMIT');
    return { before, after };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** @throws LoadRefusedError if they would fire all the same */
async function silenceTriggers(client: pg.Client, live: LiveTable): Promise<void> {
  const { rows } = await client.query<{ name: string; state: string }>(
    `SELECT t.tgname AS name, t.tgenabled AS state FROM pg_trigger t
     WHERE t.tgrelid = $1 AND t.tgenabled <> 'D' ORDER BY 1`,
    [live.oid],
  );
  const always = rows.filter(({ state }) => state !== 'O').map(({ name }) => name);
  if (always.length > 0) {
    throw new LoadRefusedError(
      `triggers of ${live.quoted} fire in every case and may change what is loaded: ${always.join(', ')}; load it with --by swap, or disable them meanwhile`,
    );
  }
  await client.query('SAVEPOINT quiet');
  try {
    await client.query('SET LOCAL session_replication_role = replica');
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    await client.query('ROLLBACK TO SAVEPOINT quiet');
    if (rows.length === 0) return;
    throw new LoadRefusedError(
      `the role may not switch triggers off, and ${live.quoted} has some or has foreign keys; load as superuser, or GRANT SET ON PARAMETER session_replication_role to it (15 and later)`,
      { cause: error },
    );
  }
}

/** Without one, a row that is there would come twice. @throws LoadRefusedError */
async function requireUnique(client: pg.Client, live: LiveTable): Promise<void> {
  const { rows } = await client.query(
    'SELECT FROM pg_index WHERE indrelid = $1 AND indisunique AND indpred IS NULL AND indisvalid LIMIT 1',
    [live.oid],
  );
  if (rows.length > 0) return;
  throw new LoadRefusedError(
    `${live.quoted} has no primary key and no unique index, so that it cannot be told which rows are missing; load it with --by replace or --by swap`,
  );
}

async function countOf(client: pg.Client, live: LiveTable): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${ownRows(live)}`);
  return Number(rows[0]?.n);
}
