import type pg from 'pg';
import type { WalRun } from '../../../catalog/run-record.ts';
import { ANSWER_WITHIN_MS } from './server-clock.ts';

interface Row {
  readonly retained: string;
  readonly safe: string | null;
}

// A standby has no position of its own: what it keeps for a slot ends with what it has received, or replayed.
const QUESTION = `
  SELECT greatest(0, pg_wal_lsn_diff(
           CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                ELSE pg_current_wal_lsn() END, restart_lsn))::bigint::text AS retained,
         safe_wal_size::text AS safe
    FROM pg_replication_slots WHERE slot_name = $1 AND restart_lsn IS NOT NULL`;

/** How much WAL the server keeps for a slot, and how much more it would; undefined where it keeps none. */
export async function slotUse(sql: pg.Client, name: string): Promise<WalRun['slot']> {
  const question: pg.QueryConfig & { query_timeout: number } = {
    text: QUESTION,
    values: [name],
    query_timeout: ANSWER_WITHIN_MS,
  };
  const [row] = (await sql.query<Row>(question)).rows;
  if (!row) return undefined;
  return {
    retainedBytes: Number(row.retained),
    safeBytes: row.safe === null ? null : Number(row.safe),
  };
}
