import type pg from 'pg';
import { type Lsn, parseLsn } from '../lsn.ts';
import { isStandby } from '../preflight-error.ts';
import type { PostgresqlRun } from '../run.ts';
import { QuietPrimary } from './quiet-primary.ts';

/** Every commit that the primary had acknowledged at this moment lies before this position. */
export interface WalProof {
  /** By the primary's clock, cut to milliseconds. */
  readonly at: Date;
  readonly lsn: Lsn;
  /** Set where the clock said something later: `at` is the moment of something that happened before. */
  readonly clock?: 'commit';
}

/** What a server says of its WAL. */
interface ServerWal {
  /** By the server's own clock. */
  readonly now: Date;
  /** What there is ends here. */
  readonly lsn: Lsn;
  readonly standby: boolean;
  /** A primary always proves something; a standby may not. */
  readonly proof: WalProof | undefined;
}

/** An answer that takes longer means that the network or the server is gone. */
export const ANSWER_WITHIN_MS = 30_000;

/** Length of a page's header in the WAL, and of the first one in a segment (`SizeOfXLogShortPHD` and `…LongPHD`). */
const PAGE_HEADER_BYTES = 24n;
const SEGMENT_HEADER_BYTES = 40n;

interface Row {
  readonly in_recovery: boolean;
  readonly at: string;
  readonly lsn: string | null;
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

interface StandbyRow {
  readonly replayed_at: string | null;
  readonly replayed: string;
  readonly received: string | null;
  readonly reported: string | null;
  readonly sent_at: string | null;
}

// Again the moment before the position. Without pg_read_all_stats the receiver's columns are null.
const STANDBY_QUESTION = `
  WITH moment AS MATERIALIZED (SELECT pg_last_xact_replay_timestamp() AS at)
  SELECT extract(epoch FROM at)::text AS replayed_at,
         pg_last_wal_replay_lsn()::text AS replayed,
         pg_last_wal_receive_lsn()::text AS received,
         latest_end_lsn::text AS reported,
         extract(epoch FROM last_msg_send_time)::text AS sent_at
    FROM moment LEFT JOIN pg_stat_wal_receiver ON true`;

/** Asks one server, again and again. */
export class ServerClock {
  readonly #client: pg.Client;
  readonly #mayBeStandby: boolean;
  readonly #quiet = new QuietPrimary();

  constructor(client: pg.Client, { source }: Pick<PostgresqlRun, 'source'>) {
    this.#client = client;
    this.#mayBeStandby = source.settings.server.role === 'standby';
  }

  /** @throws PreflightError of a standby where the plan means a primary; whatever the client throws */
  async ask(): Promise<ServerWal> {
    const row = await this.#row<Row>(QUESTION);
    const now = dateOf(row.at);
    if (row.lsn !== null) {
      const lsn = withoutHeader(parseLsn(row.lsn), BigInt(row.page), BigInt(row.segment));
      return { now, lsn, standby: false, proof: { at: now, lsn } };
    }
    if (!this.#mayBeStandby) throw isStandby();
    const { replayed_at, replayed, received, reported, sent_at } =
      await this.#row<StandbyRow>(STANDBY_QUESTION);
    const replayedTo = parseLsn(replayed);
    const receivedTo = received === null ? replayedTo : parseLsn(received);
    const quiet =
      reported !== null && sent_at !== null
        ? this.#quiet.observe({ end: parseLsn(reported), receivedTo, sentAt: dateOf(sent_at) })
        : undefined;
    const commit = replayed_at === null ? undefined : { at: dateOf(replayed_at), lsn: replayedTo };
    const proof = quiet && (!commit || quiet.at > commit.at) ? quiet : commit;
    // What it streams on is what it received, or replayed from an archive.
    const [lsn = replayedTo] = [receivedTo, replayedTo].sort((a, b) => (a > b ? -1 : 1));
    return { now, lsn, standby: true, proof: proof && { ...proof, clock: 'commit' } };
  }

  async #row<R extends pg.QueryResultRow>(text: string): Promise<R> {
    const question: pg.QueryConfig & { query_timeout: number } = {
      text,
      query_timeout: ANSWER_WITHIN_MS,
    };
    const [row] = (await this.#client.query<R>(question)).rows;
    if (!row) throw new TypeError('the server did not say where its WAL ends');
    return row;
  }
}

const dateOf = (seconds: string): Date => new Date(Math.floor(Number(seconds) * 1000));

/**
 * On a page that is still empty the server counts the header as inserted, although an idle server never
 * writes it: what matters ends with the page before.
 */
export function withoutHeader(lsn: Lsn, pageSize: bigint, segmentSize: bigint): Lsn {
  if (lsn % segmentSize === SEGMENT_HEADER_BYTES) return lsn - SEGMENT_HEADER_BYTES;
  return lsn % pageSize === PAGE_HEADER_BYTES ? lsn - PAGE_HEADER_BYTES : lsn;
}
