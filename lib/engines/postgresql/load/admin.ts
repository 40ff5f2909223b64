import pg from 'pg';
import { LockHeldError } from '../../../lock/errors.ts';
import { connectSql, type ServerAddress } from '../connection.ts';

/** Databases that every server has, unless somebody removed one. Sessions in them stand in the way of nothing. */
const MAINTENANCE = ['postgres', 'template1'];

const NO_SUCH_DATABASE = '3D000';

/** Marks our locks among those of the server's other users: `tide` in ASCII. */
const LOCK_SPACE = 0x74696465;

const SESSION = `SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;
  SET search_path = pg_catalog; SET client_min_messages = warning; SET default_transaction_read_only = off; SET row_security = off;`;

/** A session of ours, without limits and without anybody's search path. */
export async function openSession(
  address: ServerAddress,
  signal?: AbortSignal,
): Promise<pg.Client> {
  const client = await connectSql(address, signal ? { signal } : {});
  await client.query(SESSION);
  return client;
}

/** Where a session looks after a database from the outside. @throws ServerConnectError */
export async function maintenanceAddress(
  address: ServerAddress,
  database: string,
): Promise<ServerAddress> {
  const places = MAINTENANCE.filter((name) => name !== database);
  for (const [index, name] of places.entries()) {
    const place = { ...address, database: name };
    try {
      await (await connectSql(place)).end();
      return place;
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      const missing = cause instanceof pg.DatabaseError && cause.code === NO_SUCH_DATABASE;
      if (!missing || index === places.length - 1) throw error;
    }
  }
  return address;
}

/**
 * Keeps a second load of the same database out for as long as the session lives, from whatever machine it is started.
 * @throws LockHeldError
 */
export async function lockLoads(session: pg.Client, database: string): Promise<void> {
  const { rows } = await session.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked',
    [LOCK_SPACE, database],
  );
  if (rows[0]?.locked) return;
  throw new LockHeldError(
    `another load into the database ${database} is active on this server; wait until it has ended, or end it`,
  );
}
