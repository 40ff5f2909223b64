import type pg from 'pg';
import { type Lsn, parseLsn } from '../lsn.ts';

/** Every commit that the server had acknowledged at this moment lies before this position. */
export interface WalProof {
  /** By the server's clock, cut to milliseconds. */
  readonly at: Date;
  readonly lsn: Lsn;
}

/** An answer that takes longer means that the network or the server is gone. */
const ANSWER_WITHIN_MS = 30_000;

/** Length of a page's header in the WAL, and of the first one in a segment (`SizeOfXLogShortPHD` and `…LongPHD`). */
const PAGE_HEADER_BYTES = 24n;
const SEGMENT_HEADER_BYTES = 40n;

interface Row {
  readonly in_recovery: boolean;
  readonly at: string;
  readonly lsn: string;
  readonly page: string;
  readonly segment: string;
}

// The moment is read before the position (columns of a row are computed from left to right, and the position's
// subquery needs the moment): what was committed before the moment cannot lie behind the position. It is the position
// for insertion, not the flushed one, because a commit with synchronous_commit=off is visible before it is flushed.
const QUESTION = `
  WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at)
  SELECT pg_is_in_recovery() AS in_recovery,
         extract(epoch FROM at)::text AS at,
         CASE WHEN at IS NOT NULL AND NOT pg_is_in_recovery() THEN pg_current_wal_insert_lsn()::text END AS lsn,
         current_setting('wal_block_size') AS page,
         (SELECT setting FROM pg_settings WHERE name = 'wal_segment_size') AS segment
    FROM moment`;

/** Undefined on a standby. @throws whatever the client throws */
export async function askServerClock(client: pg.Client): Promise<WalProof | undefined> {
  const question: pg.QueryConfig & { query_timeout: number } = {
    text: QUESTION,
    query_timeout: ANSWER_WITHIN_MS,
  };
  const { rows } = await client.query<Row>(question);
  const [row] = rows;
  if (!row || row.in_recovery) return undefined;
  return {
    at: new Date(Math.floor(Number(row.at) * 1000)),
    lsn: withoutHeader(parseLsn(row.lsn), BigInt(row.page), BigInt(row.segment)),
  };
}

/**
 * On a page that is still empty the server counts the header as inserted, although an idle server never
 * writes it: what matters ends with the page before.
 */
export function withoutHeader(lsn: Lsn, pageSize: bigint, segmentSize: bigint): Lsn {
  if (lsn % segmentSize === SEGMENT_HEADER_BYTES) return lsn - SEGMENT_HEADER_BYTES;
  return lsn % pageSize === PAGE_HEADER_BYTES ? lsn - PAGE_HEADER_BYTES : lsn;
}
