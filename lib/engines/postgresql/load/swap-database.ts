import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { ServerAddress } from '../connection.ts';
import { quoteName } from '../replication-values.ts';
import { openSession } from './admin.ts';
import type { Beside } from './beside.ts';
import { LoadError } from './errors.ts';

const TERMINATE_EVERY_MS = 100;

/** Somebody is still connected. The server waits five seconds for that to change. */
const OBJECT_IN_USE = '55006';

interface DatabaseSwap {
  /** Loaded and checked. */
  readonly beside: Beside;
  readonly database: string;
  /** What the one that is there is called from then on; undefined = none is there. */
  readonly before: string | undefined;
}

/**
 * Gives a database its name, and the one that has it another: in one transaction, so that there is always one under the
 * name, and only one. Ends every session of both.
 *
 * A rename locks the database for new sessions first and then waits for the old ones to go: so they are ended while it
 * waits, and none can come in between.
 * @throws LoadError if somebody cannot be sent away; then nothing was renamed
 */
export async function swapDatabases(
  admin: pg.Client,
  address: ServerAddress,
  { beside, database, before }: DatabaseSwap,
  signal: AbortSignal,
): Promise<void> {
  const { rows } = await admin.query<{ oid: number }>(
    'SELECT oid FROM pg_database WHERE datname = $1',
    [beside.name],
  );
  const ender = await openSession(address, signal);
  const renamed = new AbortController();
  const ending = endSessions(ender, [beside.name, database], renamed.signal);
  try {
    await admin.query('BEGIN');
    if (before !== undefined) {
      const old = quoteName(before);
      await admin.query(`ALTER DATABASE ${quoteName(database)} RENAME TO ${old}`);
      // Nobody finds it by accident, and no dump of all databases takes it along.
      await admin.query(`ALTER DATABASE ${old} ALLOW_CONNECTIONS false`);
    }
    for (const statement of beside.properties) await admin.query(statement);
    await admin.query(beside.comment);
    await admin.query(`ALTER DATABASE ${quoteName(beside.name)} RENAME TO ${quoteName(database)}`);
    await admin.query('COMMIT');
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) {
      // Only the answer may have been lost.
      if ((await nameOf(address, rows[0]?.oid)) === database) return;
      signal.throwIfAborted();
      throw error;
    }
    await admin.query('ROLLBACK').catch(() => undefined);
    signal.throwIfAborted();
    if (error.code !== OBJECT_IN_USE) throw error;
    throw new LoadError(
      `${database} could not be replaced: ${error.message}${error.detail ? ` (${error.detail})` : ''}; end the prepared transactions and the sessions of roles that may not be ended, then load again`,
      { cause: error },
    );
  } finally {
    renamed.abort();
    await ending;
    await ender.end().catch(() => undefined);
  }
}

async function nameOf(address: ServerAddress, oid: number | undefined): Promise<unknown> {
  const session = await openSession(address).catch(() => undefined);
  if (!session) return undefined;
  const { rows } = await session.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE oid = $1',
    [oid],
  );
  await session.end();
  return rows[0]?.datname;
}

async function endSessions(
  client: pg.Client,
  databases: readonly string[],
  until: AbortSignal,
): Promise<void> {
  while (!until.aborted) {
    // What may not be ended shows in the rename, which fails then.
    await client
      .query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY ($1) AND pid <> pg_backend_pid()',
        [databases],
      )
      .catch(() => undefined);
    await delay(TERMINATE_EVERY_MS, undefined, { signal: until }).catch(() => undefined);
  }
}
