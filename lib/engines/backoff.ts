import { setTimeout as delay } from 'node:timers/promises';

const FIRST_MS = 250;
const LONGEST_MS = 15_000;

/** Waits longer after every failure, up to a limit, and never exactly as long as others that failed together. */
export class Backoff {
  #failures = 0;

  /** @throws the signal's reason */
  async wait(signal: AbortSignal): Promise<void> {
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++);
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal });
  }

  succeeded(): void {
    this.#failures = 0;
  }
}
