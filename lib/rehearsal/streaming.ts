import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { readRuns } from '../catalog/reader.ts';
import type { ServerAddress } from '../engines/postgresql/connection.ts';
import type { PostgresqlRun } from '../engines/postgresql/run.ts';
import { streamWal } from '../engines/postgresql/wal/stream.ts';

const POLL_MS = 50;
const PROOF_DEADLINE_MS = 20_000;

/** The WAL streamer, running beside the story. */
export class Streaming {
  readonly #run: PostgresqlRun;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #failure: { readonly error: unknown } | undefined;

  private constructor(run: PostgresqlRun, address: ServerAddress) {
    this.#run = run;
    const signal = AbortSignal.any([run.signal, this.#stop.signal]);
    this.#ended = streamWal({ ...run, signal }, { address }).catch((error: unknown) => {
      if (!signal.aborted) this.#failure = { error };
    });
  }

  static start(run: PostgresqlRun, address: ServerAddress): Streaming {
    return new Streaming(run, address);
  }

  /** The result of some work, unless the streamer fails before it is there. */
  async failsWith<T>(work: Promise<T>): Promise<T> {
    const failed = this.#ended.then(() => {
      if (this.#failure) throw this.#failure.error;
      return work;
    });
    return Promise.race([work, failed]);
  }

  /** Waits until every commit before a moment is stored. */
  async provenUpTo(moment: Date): Promise<void> {
    const deadline = Date.now() + PROOF_DEADLINE_MS;
    while (!((await this.#newestProof()) >= moment.getTime())) {
      this.#run.signal.throwIfAborted();
      if (Date.now() > deadline) {
        throw new Error(`WAL up to ${moment.toISOString()} was not stored in time`);
      }
      await delay(POLL_MS);
    }
  }

  /** Seconds between the newest moment that was proven to be stored and another one after it. */
  async ageOfNewestProof(at: Date): Promise<number> {
    return Math.max(0, at.getTime() - (await this.#newestProof())) / 1000;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #newestProof(): Promise<number> {
    const { store, source, now } = this.#run;
    const to = now();
    const from = new Date(to.getTime() - 3_600_000);
    let newest = 0;
    for (const run of await readRuns(store, source.name, { from, to, action: 'wal' })) {
      if (run.serverTime === null) continue;
      newest = Math.max(newest, Date.parse(run.serverTime));
    }
    return newest;
  }
}

/**
 * A whole millisecond of the server's clock that every commit so far lies before and every later one behind.
 * Recovery targets are given in milliseconds, commits have microseconds.
 */
export async function momentAfterNow(client: pg.Client): Promise<Date> {
  const { rows } = await client.query<{ moment: string }>(
    `SELECT (date_trunc('milliseconds', clock_timestamp()) + interval '1 ms')::text AS moment`,
  );
  const moment = rows[0]?.moment;
  if (moment === undefined) throw new Error('the server has no clock');
  // Until the server's clock has passed it.
  for (;;) {
    const { rows: passed } = await client.query<{ passed: boolean }>(
      `SELECT clock_timestamp() > $1::timestamptz + interval '1 ms' AS passed`,
      [moment],
    );
    if (passed[0]?.passed) return new Date(moment);
  }
}
