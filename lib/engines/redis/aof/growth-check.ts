import type { LocalLog } from './local-log.ts';
import type { ServerView } from './server.ts';
import type { ShippingState } from './state.ts';

/**
 * Tells when what is written does not arrive in the files.
 *
 * While the append-only file is being switched on, until its first base is written, Redis says that it is on and writes
 * into a file of which its manifest says nothing. A rewrite of a file that is on has begun with a new increment.
 *
 * And the files may be another server's. What the server says that it has written differs from what there is by a
 * number that does not change until it is started or rewrites its files. It is not known, but it lies between what is
 * seen before the server is asked and what is seen after: bounds that never exclude each other.
 */
export class GrowthCheck {
  readonly #state: Pick<ShippingState, 'run' | 'directory'>;
  /** The server that was seen without it: these files do not go on. */
  #wasOff: string | undefined;
  #files = '';
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  constructor(state: Pick<ShippingState, 'run' | 'directory'>) {
    this.#state = state;
  }

  /**
   * @param before bytes of the log before the server was asked
   * @param log as it was looked at after the server had answered
   */
  async passes(before: LogSize, view: ServerView, log: LocalLog): Promise<boolean> {
    if (view.off) this.#wasOff = view.runId;
    if (this.#wasOff === view.runId || (view.rewriting && !log.isRewriting)) return false;
    const after = await sizeOf(log);
    const files = `${view.runId}/${after.sequence}`;
    if (files !== this.#files || before.sequence !== after.sequence) {
      this.#files = files;
      this.#least = Number.NEGATIVE_INFINITY;
      this.#most = Number.POSITIVE_INFINITY;
      return true;
    }
    this.#least = Math.max(this.#least, before.bytes - view.fileBytes);
    this.#most = Math.min(this.#most, after.bytes - view.fileBytes);
    if (this.#least <= this.#most) return true;
    const { run, directory } = this.#state;
    const message = `Redis writes to its append-only file, and it does not arrive in ${directory}: is it the volume of another server?`;
    run.report({ level: 'warning', message });
    return false;
  }
}

/** Of the files that the server would load now. */
export interface LogSize {
  readonly sequence: number;
  readonly bytes: number;
}

export async function sizeOf(log: LocalLog): Promise<LogSize> {
  const { sequence } = log.base;
  return { sequence, bytes: await log.currentBytes() };
}
