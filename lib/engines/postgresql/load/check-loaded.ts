import type { ServerAddress } from '../connection.ts';
import type { PostgresqlRun } from '../run.ts';
import { openSession } from './admin.ts';
import { countRows, differences, type RowCounts } from './counts.ts';
import { LoadError } from './errors.ts';

/** What the backup counted. */
export interface ExpectedRows {
  /** As the database is called in the backup, and in the names of all counts. */
  readonly database: string;
  readonly counts: RowCounts;
}

/** Counts the rows of a database. @param label the name that the counts are kept under */
export async function countIn(
  address: ServerAddress,
  label: string,
  signal: AbortSignal,
): Promise<RowCounts> {
  const session = await openSession(address, signal);
  try {
    return await countRows(session, label);
  } finally {
    await session.end().catch(() => undefined);
  }
}

/** Statistics too: without them the first queries of the application are planned blindly. @throws LoadError */
export async function checkLoaded(
  { signal, report }: PostgresqlRun,
  beside: ServerAddress,
  expected: ExpectedRows,
): Promise<RowCounts> {
  report({ level: 'info', message: 'counting and analysing what was loaded' });
  const session = await openSession(beside, signal);
  try {
    const after = await countRows(session, expected.database);
    const wrong = differences(expected.counts, after);
    if (wrong.length > 0) {
      throw new LoadError(
        `what was loaded is not what was backed up: ${wrong.slice(0, 5).join('; ')}${wrong.length > 5 ? ` and ${wrong.length - 5} more` : ''}; verify the backup, or load another one`,
      );
    }
    await session.query('ANALYZE');
    return after;
  } finally {
    await session.end().catch(() => undefined);
  }
}
