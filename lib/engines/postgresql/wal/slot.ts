import type pg from 'pg';
import type { ReplicationConnection } from '../replication.ts';
import { WalRefusedError } from './errors.ts';
import type { WalPosition } from './resume.ts';

interface SlotRow {
  readonly slot_type: string;
  /** The slot's WAL is gone, or it never held any. */
  readonly lost: boolean;
}

export interface SlotState extends WalPosition {
  /** Set if the slot was made now: the reason. */
  readonly created: string | undefined;
}

/**
 * The slot that keeps WAL on the server until the store has it. Made where it is missing, made anew where the server
 * has given up its WAL.
 * @param renew makes it anew in any case
 * @throws WalRefusedError if a logical slot has its name
 */
export async function ensureSlot(
  sql: pg.Client,
  connection: ReplicationConnection,
  name: string,
  renew: boolean,
): Promise<SlotState> {
  const { rows } = await sql.query<SlotRow>(
    `SELECT slot_type, restart_lsn IS NULL OR coalesce(wal_status, '') = 'lost' AS lost
       FROM pg_replication_slots WHERE slot_name = $1`,
    [name],
  );
  const [slot] = rows;
  if (slot && slot.slot_type !== 'physical') {
    throw new WalRefusedError(
      `the server's replication slot ${name} is ${slot.slot_type}; drop it, or name another slot for this source`,
    );
  }
  let created: string | undefined;
  const lost = slot !== undefined && (slot.lost || renew);
  if (lost) {
    await sql.query('SELECT pg_drop_replication_slot($1)', [name]);
    created = `the server gave up the WAL of the slot ${name}`;
  }
  if (!slot || lost) {
    await sql.query('SELECT pg_create_physical_replication_slot($1, true)', [name]);
    created ??= `the server had no slot ${name}`;
  }
  const position = await connection.readReplicationSlot(name);
  if (position?.restartLsn === undefined || position.restartTimeline === undefined) {
    throw new Error(`the slot ${name} holds no WAL back although it was made to`);
  }
  return { lsn: position.restartLsn, timeline: position.restartTimeline, created };
}
