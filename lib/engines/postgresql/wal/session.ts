import type pg from 'pg';
import { messageOf } from '../../../message.ts';
import { connectSql } from '../connection.ts';
import { formatLsn, segmentStart } from '../lsn.ts';
import { ReplicationConnection } from '../replication.ts';
import { WalRefusedError } from './errors.ts';
import { isWalRemoved } from './failures.ts';
import type { WalPosition } from './resume.ts';
import { type Start, startPosition } from './start-position.ts';
import type { StreamState } from './stream-state.ts';
import { streamTimeline } from './stream-timeline.ts';

/** One connection to the server, from its start to its end. */
export class WalSession {
  readonly #state: StreamState;
  readonly #cut = new AbortController();
  readonly #onStop = () => this.#cut.abort(this.#state.run.signal.reason);

  constructor(state: StreamState) {
    this.#state = state;
  }

  /** Returns when the run's signal has fired. @throws what ended the connection */
  async run(): Promise<void> {
    const { address } = this.#state;
    const { signal } = this.#cut;
    this.#cutOnStop(true);
    const connection = await ReplicationConnection.connect(address, { signal });
    let sql: pg.Client | undefined;
    try {
      sql = await connectSql(address, { signal });
      const start = await this.#start(connection, sql);
      const first = await this.#enter(start);
      await this.#follow(connection, sql, first, start);
    } finally {
      this.#cutOnStop(false);
      await connection.close();
      sql?.end().catch(() => undefined);
      // A network that swallows the farewell must not keep the process alive.
      this.#cut.abort(new Error('the session has ended'));
    }
  }

  /** While nothing streams there is nothing to save either: the end need not wait. */
  #cutOnStop(on: boolean): void {
    const { signal } = this.#state.run;
    signal.removeEventListener('abort', this.#onStop);
    if (!on) return;
    signal.throwIfAborted();
    signal.addEventListener('abort', this.#onStop, { once: true });
  }

  async #follow(
    connection: ReplicationConnection,
    sql: pg.Client,
    first: WalPosition,
    { slot, slotCreated }: Start,
  ): Promise<void> {
    const state = this.#state;
    let at: WalPosition | undefined = first;
    try {
      while (at && !state.run.signal.aborted) at = await this.#stream(connection, sql, at);
    } catch (error) {
      if (at === first && isWalRemoved(error)) {
        const reasons = [slotCreated, messageOf(error)].filter((text) => text !== undefined);
        state.missing = { reason: reasons.join('; '), slotUseless: first.lsn >= slot.lsn };
      }
      throw error;
    }
  }

  async #start(connection: ReplicationConnection, sql: pg.Client): Promise<Start> {
    const { systemId, run, address } = this.#state;
    const system = await connection.identifySystem();
    if (system.systemId !== systemId) {
      throw new WalRefusedError(
        `the server at ${address.host}:${address.port} is now the cluster ${system.systemId} instead of ${systemId}; if that is meant, start the stream again`,
      );
    }
    const start = await startPosition({
      ...this.#state,
      sql,
      connection,
      timeline: system.timeline,
      renewSlot: this.#state.missing?.slotUseless ?? false,
      signal: this.#cut.signal,
    });
    if (start.slotCreated !== undefined) {
      const message = `${start.slotCreated}; it was made, and holds WAL from ${formatLsn(start.slot.lsn)}`;
      run.report({ level: start.stored ? 'warning' : 'info', message });
    }
    return start;
  }

  /** Begins the stretch; records a gap where what comes before cannot be had any more. */
  async #enter({ at, slot, stored }: Start): Promise<WalPosition> {
    const state = this.#state;
    const { ledger, run } = state;
    const { missing } = state;
    state.missing = undefined;
    if (!stored || !missing || missing.slotUseless || slot.lsn <= stored.lsn) {
      ledger.begin(at.timeline, at.lsn, stored?.timeline === at.timeline ? stored : undefined);
      return at;
    }
    ledger.begin(slot.timeline, slot.lsn);
    const gap = {
      from: formatLsn(stored.durable),
      to: formatLsn(slot.lsn),
      reason: missing.reason,
    };
    const lost = `WAL from ${gap.from} to ${gap.to} is lost`;
    await state.recorder.record({ error: `${lost}: ${gap.reason}`, gap }, run.signal);
    run.report({
      level: 'warning',
      message: `${lost}; take a new base backup now: nothing after ${gap.from} can be restored without it`,
      details: { ...gap },
    });
    await state.onGap?.(gap);
    return slot;
  }

  async #stream(connection: ReplicationConnection, sql: pg.Client, at: WalPosition) {
    const state = this.#state;
    this.#cutOnStop(false);
    const end = await streamTimeline({ state, connection, sql, at });
    if (!end) return undefined;
    this.#cutOnStop(true);
    const timeline = end.nextTimeline;
    state.run.report({
      level: 'info',
      message: `the server went on to timeline ${timeline} at ${formatLsn(end.switchLsn)}; following it`,
    });
    await state.archive.text(
      timeline,
      await connection.timelineHistory(timeline),
      this.#cut.signal,
    );
    const lsn = segmentStart(end.switchLsn, state.segmentSize);
    state.ledger.begin(timeline, lsn);
    return { timeline, lsn };
  }
}
