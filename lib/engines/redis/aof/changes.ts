import { watch } from 'node:fs';

/**
 * Tells when Redis changes its manifest. Waiting leaves nothing behind: between two rewrites there may be weeks, and four
 * waits a second.
 */
export class Changes {
  #changed = false;
  /** Ends the wait that is under way. */
  #wake: () => void = () => undefined;

  /** @param signal ends the wait, and the watching */
  constructor(directory: string, signal: AbortSignal) {
    const seen = () => {
      this.#changed = true;
      this.#wake();
    };
    signal.addEventListener('abort', seen, { once: true });
    try {
      const watcher = watch(directory, { signal }, (_, name) => {
        if (name === null || name.endsWith('.manifest')) seen();
      });
      // Looking now and then does without.
      watcher.on('error', () => watcher.close());
    } catch {
      // The system watches too many files already.
    }
  }

  /** Returns after a change since the last wait, or after so many milliseconds. */
  async next(ms: number): Promise<void> {
    if (!this.#changed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, ms);
      await promise;
      clearTimeout(timer);
    }
    this.#changed = false;
  }
}
