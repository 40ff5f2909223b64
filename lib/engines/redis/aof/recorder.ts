import { recordRun } from '../../../catalog/reader.ts';
import type { AofRun } from '../../../catalog/run-record.ts';
import { ObjectExistsError } from '../../../stores/errors.ts';
import { untilTaken } from '../../until-taken.ts';
import type { RedisRun } from '../run.ts';
import type { AofLedger } from './ledger.ts';
import type { Shipment } from './shipment.ts';

/** How long the record of a failure may take: the store may be what failed. */
const FAILURE_MS = 5_000;

/** Writes run records: one for each stretch, at the latest when the next one is due. */
export class AofRecorder {
  readonly #run: RedisRun;
  readonly #ledger: AofLedger;
  readonly #everyMs: number;
  #last = Number.NEGATIVE_INFINITY;

  constructor(run: RedisRun, ledger: AofLedger, everyMs: number) {
    this.#run = run;
    this.#ledger = ledger;
    this.#everyMs = everyMs;
  }

  /** @throws the signal's reason */
  async recordIfDue(
    shipment: Shipment,
    due: { readonly now: boolean; readonly problem: string | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    if (!due.now && performance.now() - this.#last < this.#everyMs) return;
    const record = this.#ledger.take(shipment, due.problem);
    await untilTaken(this.#run.report, `the record ${record.id}`, signal, () =>
      this.#write(record, signal),
    );
    this.#last = performance.now();
  }

  /** As far as the store takes it. */
  async recordFailure(shipment: Shipment | undefined, error: string): Promise<void> {
    const signal = AbortSignal.timeout(FAILURE_MS);
    await this.#write(this.#ledger.take(shipment, error), signal).catch(() => undefined);
  }

  async #write(record: AofRun, signal: AbortSignal): Promise<void> {
    try {
      await recordRun(this.#run.store, record, { signal });
    } catch (error) {
      // The id is random: only an attempt before, whose answer was lost, can have taken it.
      if (!(error instanceof ObjectExistsError)) throw error;
    }
  }
}
