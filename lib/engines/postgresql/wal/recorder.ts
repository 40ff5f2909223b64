import { recordRun } from '../../../catalog/reader.ts';
import type { WalRun } from '../../../catalog/run-record.ts';
import { ObjectExistsError } from '../../../stores/errors.ts';
import { untilTaken } from '../../until-taken.ts';
import type { PostgresqlRun } from '../run.ts';
import type { WalLedger } from './ledger.ts';

/** Writes range records: one for each stretch of WAL, at the latest when the next one is due. */
export class WalRecorder {
  readonly #run: PostgresqlRun;
  readonly #ledger: WalLedger;
  readonly #everyMs: number;
  #last = Number.NEGATIVE_INFINITY;
  /** Taken from the ledger and not written yet. */
  #unwritten: WalRun[] = [];

  constructor(run: PostgresqlRun, ledger: WalLedger, everyMs: number) {
    this.#run = run;
    this.#ledger = ledger;
    this.#everyMs = everyMs;
  }

  /** @param slotUse asked only when a record is due */
  async recordIfDue(signal: AbortSignal, slotUse: () => Promise<WalRun['slot']>): Promise<void> {
    if (performance.now() - this.#last < this.#everyMs) return;
    const slot = await slotUse();
    await this.record(slot ? { slot } : {}, signal);
  }

  /** @throws the signal's reason; then the record is written with the next one */
  async record(end: Parameters<WalLedger['take']>[0], signal: AbortSignal): Promise<void> {
    this.#unwritten.push(this.#ledger.take(end));
    for (const record of [...this.#unwritten]) {
      await untilTaken(this.#run.report, `the record ${record.id}`, signal, () =>
        this.#write(record, signal),
      );
      this.#unwritten = this.#unwritten.filter((other) => other !== record);
    }
    this.#last = performance.now();
  }

  async #write(record: WalRun, signal: AbortSignal): Promise<void> {
    try {
      await recordRun(this.#run.store, record, { signal });
    } catch (error) {
      // The id is random: only an attempt before, whose answer was lost, can have taken it.
      if (!(error instanceof ObjectExistsError)) throw error;
    }
  }
}
