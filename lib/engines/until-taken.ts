import { StoreError } from '../stores/errors.ts';
import { untilAborted } from '../stores/interruptible.ts';
import { Backoff } from './backoff.ts';
import type { RunContext } from './run.ts';

/** A store may be patient by itself for minutes; people want to know earlier. */
const SLOW_MS = 30_000;

/**
 * Tries until the store takes something: a store that refuses writes for a while must not lose a log.
 * @throws the signal's reason, at once; whatever is not a StoreError
 */
export async function untilTaken(
  report: RunContext['report'],
  what: string,
  signal: AbortSignal,
  write: () => Promise<void>,
): Promise<void> {
  const backoff = new Backoff();
  const warn = (message: string, details = {}) => report({ level: 'warning', message, details });
  for (;;) {
    signal.throwIfAborted();
    const slow = setInterval(() => warn(`the store still has not taken ${what}`), SLOW_MS);
    try {
      // The store is told as well, but may need a while to clean up.
      await untilAborted(write(), signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StoreError)) throw error;
      warn(`the store does not take ${what}; it is tried again`, { error: error.message });
    } finally {
      clearInterval(slow);
    }
    await backoff.wait(signal);
  }
}
