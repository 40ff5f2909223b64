import { AofChangedError } from './errors.ts';
import type { Shipment } from './shipment.ts';

/** A generation that is made beside the one that is shipped, which goes on meanwhile. */
export class Renewal {
  /** The increment behind its base, which must stay open. */
  readonly sequence: number;
  readonly #cut = new AbortController();
  readonly #made: Promise<Shipment>;
  #settled = false;

  constructor(sequence: number, make: (signal: AbortSignal) => Promise<Shipment>) {
    this.sequence = sequence;
    this.#made = make(this.#cut.signal);
    const settle = () => {
      this.#settled = true;
    };
    this.#made.then(settle, settle);
  }

  /** Undefined if the files changed before it was done: then it may be tried again. @throws what else it failed of */
  async finished(): Promise<Shipment | 'pending' | undefined> {
    if (!this.#settled) return 'pending';
    try {
      return await this.#made;
    } catch (error) {
      if (error instanceof AofChangedError) return undefined;
      throw error;
    }
  }

  async cancel(): Promise<void> {
    this.#cut.abort(new AofChangedError('it was given up'));
    await this.#made.catch(() => undefined);
  }
}
