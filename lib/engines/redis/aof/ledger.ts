import { runId } from '../../../catalog/keys.ts';
import type { AofRun } from '../../../catalog/run-record.ts';
import { recordHead } from '../../record-head.ts';
import type { RedisRun } from '../run.ts';
import type { Shipment } from './shipment.ts';

/** What is stored, and what that proves: the content of the run records. */
export class AofLedger {
  readonly #run: RedisRun;
  #since: Date;
  #serverTime: Date | undefined;
  #counts: ReadonlyMap<string, number> | undefined;
  #gap: AofRun['gap'] = null;
  #generation: string | undefined;

  constructor(run: RedisRun) {
    this.#run = run;
    this.#since = run.now();
  }

  /** At this moment of the server's clock there was nothing that is not stored. */
  get serverTime(): Date | undefined {
    return this.#serverTime;
  }

  /** @param counts keys at exactly this moment; undefined where the server was too busy to tell */
  proven(shipment: Shipment, at: Date, counts: ReadonlyMap<string, number> | undefined): void {
    this.#serverTime = at;
    this.#generation = shipment.place.id;
    this.#counts = counts;
  }

  /** Moments between these two cannot be restored. */
  lost(gap: NonNullable<AofRun['gap']>): void {
    this.#gap = gap;
  }

  /** A record of the stretch since the last one. */
  take(shipment: Shipment | undefined, error?: string): AofRun {
    const endedAt = this.#run.now();
    // What was proven of another generation says nothing about this one.
    const own = shipment !== undefined && this.#generation === shipment.place.id;
    const record: AofRun = {
      ...recordHead(this.#run, this.#since, endedAt),
      id: runId(endedAt, 'aof'),
      outcome: error === undefined ? 'succeeded' : 'failed',
      error: error ?? null,
      action: 'aof',
      generation: shipment?.place.id ?? null,
      durable: shipment?.at.position ?? null,
      serverTime: own ? (this.#serverTime?.toISOString() ?? null) : null,
      ...(shipment?.takeCounts() ?? { bytes: 0, pieces: 0 }),
      counts: own && this.#counts ? Object.fromEntries(this.#counts) : null,
      gap: this.#gap,
    };
    this.#since = endedAt;
    this.#counts = undefined;
    this.#gap = null;
    return record;
  }
}
