import { createReadStream } from 'node:fs';
import type pg from 'pg';
import type { ServerAddress } from '../connection.ts';
import type { PostgresqlRun } from '../run.ts';
import { lockLoads, maintenanceAddress, openSession } from './admin.ts';
import { decoded, nameAt, sqlStatements } from './sql-statements.ts';

export interface GlobalsLoad {
  /** Roles that were made. */
  readonly made: readonly string[];
  /** Roles that were there: nothing about them was changed. */
  readonly kept: readonly string[];
  /** Tablespaces that the server lacks. Each needs a folder on its machine, so that a person makes them. */
  readonly tablespaces: readonly string[];
}

const ROLE = /^(?:CREATE|ALTER) ROLE |^COMMENT ON ROLE |^SECURITY LABEL [^;]*ON ROLE /;
const CREATE_ROLE = 'CREATE ROLE ';
const MEMBERSHIP = /^GRANT (?:"(?:[^"]|"")+"|[^\s"]+) TO /;
/** Who granted a membership need not be there; whoever loads it grants it now. */
const GRANTOR = / GRANTED BY (?:"(?:[^"]|"")+"|[^\s"]+)$/;
const CREATE_TABLESPACE = 'CREATE TABLESPACE ';

/**
 * Makes the roles that the server lacks, with their passwords, settings and memberships, in one transaction. What is there is
 * never changed and nothing is removed.
 * @param file what `pg_dumpall --globals-only` wrote, checked against its digests
 */
export async function loadGlobals(
  { signal }: PostgresqlRun,
  file: string,
  address: ServerAddress,
): Promise<GlobalsLoad> {
  const client = await openSession(await maintenanceAddress(address, address.database), signal);
  try {
    await lockLoads(client, '');
    await client.query('BEGIN');
    const found = await load(client, sqlStatements(decoded(createReadStream(file))));
    await client.query('COMMIT');
    return found;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function load(client: pg.Client, statements: AsyncIterable<string>): Promise<GlobalsLoad> {
  const there = new Set(await names(client, 'SELECT rolname AS name FROM pg_roles'));
  const spaces = new Set(await names(client, 'SELECT spcname AS name FROM pg_tablespace'));
  const made = new Set<string>();
  const kept = new Set<string>();
  const tablespaces: string[] = [];
  for await (const statement of statements) {
    if (statement.startsWith(CREATE_TABLESPACE)) {
      const name = nameAt(statement, CREATE_TABLESPACE.length)?.name ?? '';
      if (!spaces.has(name)) tablespaces.push(name);
      continue;
    }
    const role = roleOf(statement);
    if (role === undefined) continue;
    if (statement.startsWith(CREATE_ROLE)) (there.has(role) ? kept : made).add(role);
    // Also what a role that is there is a member of stays as it is.
    if (made.has(role)) await client.query(statement.replace(GRANTOR, ''));
  }
  return { made: [...made], kept: [...kept], tablespaces };
}

/** The role that a statement makes or changes; of a membership, the member. Undefined: it is about something else. */
function roleOf(statement: string): string | undefined {
  const match = ROLE.exec(statement) ?? MEMBERSHIP.exec(statement);
  return match ? nameAt(statement, match[0].length)?.name : undefined;
}

async function names(client: pg.Client, question: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(question);
  return rows.map(({ name }) => name);
}
