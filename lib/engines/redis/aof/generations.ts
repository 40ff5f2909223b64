import { beganAt, generationId, type StoredGeneration } from '../../../catalog/aof.ts';
import { AofArchive } from './archive.ts';
import { NotPrimaryError } from './errors.ts';
import type { LocalLog } from './local-log.ts';
import { Renewal } from './renewal.ts';
import { newestGeneration, resumeAt } from './resume.ts';
import { Shipment } from './shipment.ts';
import type { ShippingState } from './state.ts';

/** The generation that is shipped, and the one that will take its place. */
export class Generations {
  readonly #state: ShippingState;
  readonly #log: LocalLog;
  #renewal: Renewal | undefined;
  #shipment: Shipment;

  private constructor(state: ShippingState, log: LocalLog, shipment: Shipment) {
    this.#state = state;
    this.#log = log;
    this.#shipment = shipment;
  }

  /**
   * Goes on where the store ends, or with everything that is there now.
   * @throws NotPrimaryError where it is not known whose log this is; AofChangedError; the signal's reason
   */
  static async begin(
    state: ShippingState,
    log: LocalLog,
    signal: AbortSignal,
  ): Promise<Generations> {
    const { run, server } = state;
    const view = await server.ask(run.now, signal);
    if (view && !view.primary) throw new NotPrimaryError();
    const stored = await newestGeneration(run.store, run.source.name);
    const at = stored?.class === state.class && (await resumeAt(log, stored, signal));
    if (stored && at) {
      const shipment = new Shipment(archiveOf(state, stored.id), stored.base, at);
      return new Generations(state, log, shipment);
    }
    if (!view) {
      throw new NotPrimaryError('it does not answer, and its files are not those that are stored');
    }
    const shipment = await newShipment(state, log, signal);
    if (stored) noteGap(state, stored, shipment);
    return new Generations(state, log, shipment);
  }

  get shipment(): Shipment {
    return this.#shipment;
  }

  /** A new one as soon as it is as far as the old one; begins a new one where the old one is outdated. */
  async renew(): Promise<Shipment> {
    const next = await this.#renewal?.finished();
    if (next !== undefined && next !== 'pending') this.#shipment = next;
    if (next !== 'pending') this.#renewal = undefined;
    if (next === undefined && this.#isOutdated()) {
      this.#renewal = new Renewal(this.#log.base.sequence, (signal) =>
        newShipment(this.#state, this.#log, signal),
      );
    }
    return this.#shipment;
  }

  /** Lets go of files that are stored. */
  release(): Promise<void> {
    const { sequence } = this.#shipment.at;
    return this.#log.release(Math.min(sequence, this.#renewal?.sequence ?? sequence));
  }

  /** False if there is no new one. */
  async cancelRenewal(): Promise<boolean> {
    if (!this.#renewal) return false;
    await this.#renewal.cancel();
    this.#renewal = undefined;
    return true;
  }

  #isOutdated(): boolean {
    const { base, place } = this.#shipment;
    const age = this.#state.run.now().getTime() - beganAt(place.id).getTime();
    return this.#log.base.sequence !== base.sequence || age > this.#state.rebaseMs;
  }
}

function archiveOf({ run, class: name }: ShippingState, id: string): AofArchive {
  return new AofArchive(run, { class: name, source: run.source.name, id });
}

/** The base, and the log behind it up to now. */
async function newShipment(
  state: ShippingState,
  log: LocalLog,
  signal: AbortSignal,
): Promise<Shipment> {
  const { run, server } = state;
  const clock = () => server.clock(run.now);
  const { sequence } = log.base;
  const file = await log.openBase();
  try {
    const archive = archiveOf(state, generationId(run.now()));
    const base = await archive.base(file, sequence, clock(), signal);
    const shipment = new Shipment(archive, base);
    await shipment.advance(log, clock, signal);
    return shipment;
  } finally {
    await file?.close();
  }
}

function noteGap(
  { run, ledger }: ShippingState,
  before: StoredGeneration,
  { base }: Shipment,
): void {
  const times = [before.base.writtenAt, ...before.pieces.map(({ asOf }) => asOf)].map(Number);
  const from = new Date(Math.max(...times, Number(ledger.serverTime ?? 0)));
  const to = base.writtenAt;
  // Moments are told in seconds.
  if (to.getTime() - from.getTime() < 1000) return;
  const reason = 'the files on disk do not continue what is stored';
  ledger.lost({ from: from.toISOString(), to: to.toISOString(), reason });
  const between = `between ${from.toISOString()} and ${to.toISOString()}`;
  const message = `no moment ${between} can be restored: ${reason}; from now on everything is stored again`;
  run.report({ level: 'warning', message });
}
