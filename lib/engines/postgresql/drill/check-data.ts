import type { Manifest } from '../../../catalog/manifest.ts';
import { attempts } from '../../drill-attempt.ts';
import type { DrillNotes } from '../../drill-notes.ts';
import { askExpectations, type Expectation } from '../../expectations.ts';
import type { PostgresqlRun } from '../run.ts';
import { amcheck } from './amcheck.ts';
import { ask } from './ask.ts';
import { readTables } from './read-tables.ts';
import type { ScratchServer } from './scratch-server.ts';
import { ANY_DATABASE } from './superuser.ts';

/** As many problems as a person reads; the count of the others is told. */
const TOLD = 50;

interface CheckOptions {
  /** Databases that have to be there. */
  readonly databases: readonly string[];
  /** Rows that have to be there, by `database.schema.table`; empty where nobody counted this state. */
  readonly counts: Manifest['counts'];
  readonly expectations: readonly Expectation[];
  readonly amcheck: boolean;
  readonly notes: DrillNotes;
}

/**
 * Reads everything that came back. What is wrong is noted, and the next thing is looked at: one drill tells everything.
 * @throws the signal's reason
 */
export async function checkData(
  run: PostgresqlRun,
  server: ScratchServer,
  { expectations, notes, ...options }: CheckOptions,
): Promise<void> {
  const problems: string[] = [];
  const attempt = attempts(problems, run.signal);
  const counts = { databases: 0, tables: 0, rows: 0, indexes: 0 };
  const rowsOf = new Map<string, number>();
  const databases =
    (await attempt('the databases cannot be listed', () => listDatabases(server))) ?? [];
  for (const name of options.databases) {
    if (!databases.includes(name)) problems.push(`there is no database ${name}`);
  }
  for (const database of databases) {
    run.report({ level: 'info', message: `reading every row of database ${database}` });
    await attempt(`database ${database}`, () =>
      server.connected(database, async (client) => {
        counts.databases++;
        for await (const { name, rows } of readTables(client, attempt, database)) {
          counts.tables++;
          counts.rows += rows;
          rowsOf.set(name, rows);
        }
        if (options.amcheck) counts.indexes += await amcheck(client, attempt, database);
      }),
    );
  }
  notes.counts = counts;
  problems.push(...countMismatches(options.counts, rowsOf));
  const planned = run.source.settings.server.database;
  if (expectations.length > 0) {
    await attempt(`database ${planned}`, () =>
      server.connected(planned, async (client) => {
        notes.queries = await askExpectations(expectations, attempt, (query) => ask(client, query));
      }),
    );
  }
  const left = problems.length - TOLD;
  notes.problems.push(...problems.slice(0, TOLD), ...(left > 0 ? [`and ${left} more`] : []));
}

async function listDatabases(server: ScratchServer): Promise<string[]> {
  return server.connected(ANY_DATABASE, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE datallowconn ORDER BY datname',
    );
    return rows.map(({ datname }) => datname);
  });
}

/** @param counts rows by `database.schema.table` */
export function countMismatches(
  counts: Manifest['counts'],
  found: ReadonlyMap<string, number>,
): string[] {
  return Object.entries(counts).flatMap(([name, rows]) => {
    const back = found.get(name);
    if (back === rows) return [];
    return [
      back === undefined
        ? `${name} had ${rows} rows when it was backed up and did not come back`
        : `${name} had ${rows} rows when it was backed up and has ${back}`,
    ];
  });
}
