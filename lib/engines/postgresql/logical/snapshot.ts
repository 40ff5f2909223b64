import type pg from 'pg';
import { connect, type ServerAddress } from '../connection.ts';
import { CopyCommand } from '../copy-command.ts';
import { CopyTap } from '../copy-tap.ts';
import { CopyOut } from './copy-out.ts';

/** Longer than statements of a migration hold a table, short enough to be told in the same night. */
export const LOCK_TIMEOUT_MS = 5 * 60_000;

/** Values as text that loads into any server with the same meaning, and no limit that would end a long export. */
const SETTINGS = `
  SELECT set_config(name, value, false)
    FROM (VALUES ('statement_timeout', '0'), ('lock_timeout', '${LOCK_TIMEOUT_MS}'),
                 ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0'),
                 ('row_security', 'off'), ('search_path', ''), ('client_encoding', 'UTF8'),
                 ('datestyle', 'ISO'), ('intervalstyle', 'postgres'), ('bytea_output', 'hex'),
                 ('extra_float_digits', '3'), ('xmloption', 'content')) AS wanted (name, value)
   WHERE current_setting(name, true) IS NOT NULL`;

/** What one database held at one moment, for as long as this is open: pg_dump reads the same by its id. */
export class DatabaseSnapshot {
  readonly id: string;
  /** By the server's clock: everything that was committed before is in it. */
  readonly takenAt: Date;
  readonly #client: pg.Client;
  readonly #tap: CopyTap;

  private constructor(client: pg.Client, tap: CopyTap, id: string, takenAt: Date) {
    this.#client = client;
    this.#tap = tap;
    this.id = id;
    this.takenAt = takenAt;
  }

  /** @throws ServerConnectError */
  static async open(
    address: ServerAddress,
    database: string,
    signal: AbortSignal,
  ): Promise<DatabaseSnapshot> {
    const { client } = await connect({ ...address, database }, {}, { signal });
    try {
      const tap = new CopyTap(client.connection.stream);
      await client.query(SETTINGS);
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      // The start of the transaction, which is before its snapshot.
      const { rows } = await client.query<{ id: string; taken_at: string }>(
        'SELECT pg_export_snapshot() AS id, floor(extract(epoch FROM now()) * 1000)::text AS taken_at',
      );
      return new DatabaseSnapshot(
        client,
        tap,
        rows[0]?.id ?? '',
        new Date(Number(rows[0]?.taken_at)),
      );
    } catch (error) {
      await client.end().catch(() => undefined);
      throw signal.aborted ? signal.reason : error;
    }
  }

  async query<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    return (await this.#client.query<R>(text, values)).rows;
  }

  /** What `COPY … TO STDOUT` sends. */
  copy(statement: string): AsyncIterable<Uint8Array> {
    const out = new CopyOut();
    this.#client.query(new CopyCommand(statement, out, this.#tap));
    return out;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
