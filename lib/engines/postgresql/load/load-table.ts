import type pg from 'pg';
import type { ServerAddress } from '../connection.ts';
import { countKey } from '../logical/format.ts';
import type { PostgresqlRun } from '../run.ts';
import { lockLoads, maintenanceAddress, openSession } from './admin.ts';
import { findArchived, rowsOf } from './archived-table.ts';
import { createTable } from './create-table.ts';
import { LoadError } from './errors.ts';
import { findTable, type LiveTable, ownRows } from './live-table.ts';
import { type Overwrite, overwriteTable } from './overwrite-table.ts';
import { setSequences } from './sequences.ts';
import type { LoadSource } from './source.ts';
import type { QualifiedName } from './sql-statements.ts';
import { stageRows } from './stage-rows.ts';
import { schemaBefore, swapTable } from './swap-table.ts';
import { findPgDump, readDefinitions } from './table-definitions.ts';
import { readDependents } from './table-dependents.ts';

/** How rows come back into a table that is there. One that is gone is made anew in any case. */
export const TABLE_WAYS = ['swap', 'replace', 'merge'] as const;
export type TableWay = 'swap' | Overwrite;

export interface LoadTableOptions {
  readonly table: QualifiedName;
  readonly by: TableWay;
  /** Of the backup. */
  readonly database: string;
  readonly serverMajor: string;
  readonly binDir: string | undefined;
  /** Asked before rows are replaced. @throws what refuses */
  readonly confirm: (name: string) => Promise<void>;
}

export interface TableLoad {
  /** Where the replaced table is now; null = there is none. */
  readonly kept: string | null;
  /** Null: it was not there. */
  readonly before: number | null;
  /** Null: not counted. */
  readonly backup: number | null;
  readonly after: number;
}

/**
 * Brings the rows of one table back into the running database, in one transaction.
 * @throws LoadRefusedError, LockHeldError, LoadError; then nothing was changed
 */
export async function loadTable(
  run: PostgresqlRun,
  source: LoadSource,
  address: ServerAddress,
  options: LoadTableOptions,
): Promise<TableLoad> {
  const { signal } = run;
  const { database } = address;
  const admin = await openSession(await maintenanceAddress(address, database), signal);
  try {
    await lockLoads(admin, database);
    const client = await openSession(address, signal);
    try {
      return await load(run, client, source, address, options);
    } finally {
      await client.end().catch(() => undefined);
    }
  } finally {
    await admin.end().catch(() => undefined);
  }
}

async function load(
  run: PostgresqlRun,
  client: pg.Client,
  source: LoadSource,
  address: ServerAddress,
  { table, by, database, serverMajor, binDir, confirm }: LoadTableOptions,
): Promise<TableLoad> {
  const { signal, report } = run;
  const archived = await findArchived(source.archive, table);
  const counted = archived.all.map((one) =>
    source.counts.get(countKey(database, one.schema, one.name)),
  );
  const known = counted.filter((rows) => typeof rows === 'number');
  const backup = known.length === 0 ? null : known.reduce((sum, rows) => sum + rows, 0);
  const live = await findTable(client, table);
  const shown = `${table.schema}.${table.name}`;
  if (!live) {
    const definitions = await source.definitions(archived);
    report({ level: 'info', message: `making ${shown} anew` });
    const after = await createTable(
      client,
      archived,
      definitions,
      rowsOf(source.archive, archived),
      backup,
    );
    const made = await findTable(client, table);
    if (made) await finish(client, made);
    return { kept: null, before: null, backup, after };
  }
  if (by === 'swap') await readDependents(client, live);
  if (by !== 'merge' && (await holdsRows(client, live))) await confirm(shown);
  report({ level: 'info', message: `bringing the rows of ${shown} to the server` });
  const staged = await stageRows(client, source.archive, archived, live);
  if (backup !== null && staged.rows !== backup) {
    throw new LoadError(
      `the backup counted ${backup} rows of ${shown} and holds ${staged.rows}; verify it`,
    );
  }
  report({ level: 'info', message: `loading ${shown} by ${by}` });
  if (by !== 'swap') {
    const counts = await overwriteTable(client, live, staged, by);
    await client.query(`ANALYZE ${live.quoted}`);
    return { kept: null, backup, ...counts };
  }
  const definitions = await readDefinitions({
    ...{ address, tables: [table], args: [], signal },
    program: await findPgDump(serverMajor, binDir),
  });
  const schema = schemaBefore(run.now());
  const counts = await swapTable(client, live, staged, definitions, schema);
  await client.query(`ANALYZE ${live.quoted}`);
  return { kept: `${schema}.${table.name}`, backup, ...counts };
}

async function finish(client: pg.Client, made: LiveTable): Promise<void> {
  await setSequences(client, made);
  await client.query(`ANALYZE ${made.quoted}`);
}

async function holdsRows(client: pg.Client, live: LiveTable): Promise<boolean> {
  const { rows } = await client.query<{ holds: boolean }>(
    `SELECT EXISTS (SELECT FROM ${ownRows(live)}) AS holds`,
  );
  return rows[0]?.holds !== false;
}
