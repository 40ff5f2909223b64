import { Changes } from './changes.ts';
import { AofChangedError } from './errors.ts';
import { LocalLog } from './local-log.ts';

/** How often is looked, at least: where nothing tells of changes, as on network file systems. */
const WATCH_MS = 250;
/** Space that may always be held back from Redis. */
const HELD_BYTES = 64 * 1024 * 1024;

interface Following {
  /** Redis has rewritten its files, or they cannot be followed any further: what is held is to be stored soon. */
  onChange(): void;
  /** Gives up what can be given up; false if there is nothing. */
  giveUp(): Promise<boolean>;
}

/** Keeps an eye on the server's files. */
export class LogFollower {
  readonly log: LocalLog;
  readonly #directory: string;
  readonly #heldMs: number;
  readonly #following: Following;
  #changed: AofChangedError | undefined;
  /** Since when files that Redis removed take too much of its space. */
  #heldSince: number | undefined;

  private constructor(directory: string, log: LocalLog, heldMs: number, following: Following) {
    this.#directory = directory;
    this.log = log;
    this.#heldMs = heldMs;
    this.#following = following;
  }

  /** @throws AofRefusedError, AofFormatError */
  static async open(directory: string, heldMs: number, following: Following): Promise<LogFollower> {
    return new LogFollower(directory, await LocalLog.open(directory), heldMs, following);
  }

  /** Why the files cannot be followed any further. */
  get changed(): AofChangedError | undefined {
    return this.#changed;
  }

  /** Returns when the signal fires, or when the files cannot be followed. @throws AofChangedError if they are given up */
  async watch(signal: AbortSignal): Promise<void> {
    // A rewrite must be seen while it goes on, which may be short: only then is it known that the log went on through it.
    const changes = new Changes(this.#directory, signal);
    while (!signal.aborted && !this.#changed) {
      const { sequence } = this.log.base;
      await this.refresh();
      await this.#limitHeld();
      if (this.#changed || this.log.base.sequence !== sequence) this.#following.onChange();
      await changes.next(WATCH_MS);
    }
  }

  /** Looks again, unless there is nothing to follow any more. */
  async refresh(): Promise<void> {
    if (this.#changed) return;
    try {
      await this.log.refresh();
    } catch (error) {
      if (!(error instanceof AofChangedError)) throw error;
      this.#changed = error;
      this.#following.onChange();
    }
  }

  /** Files that Redis removed take its space for as long as they are read: for long never more than twice what its own take. */
  async #limitHeld(): Promise<void> {
    if (!(await this.#isTooMuch())) {
      this.#heldSince = undefined;
      return;
    }
    this.#heldSince ??= performance.now();
    if (performance.now() - this.#heldSince < this.#heldMs) return;
    if ((await this.#following.giveUp()) && !(await this.#isTooMuch())) return;
    throw new AofChangedError(
      'Redis rewrote its files faster than the store takes them, and they are given up so that its disk does not fill',
    );
  }

  async #isTooMuch(): Promise<boolean> {
    const limit = Math.max(HELD_BYTES, 2 * (await this.log.currentBytes()));
    return (await this.log.heldBytes()) > limit;
  }
}
