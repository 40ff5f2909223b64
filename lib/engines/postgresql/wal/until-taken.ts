import { StoreError } from '../../../stores/errors.ts';
import type { RunContext } from '../../run.ts';
import { Backoff } from './backoff.ts';
import { messageOf } from './failures.ts';

/**
 * Tries until the store takes something: a store that refuses writes for a while must not lose WAL.
 * @throws the signal's reason; whatever is not a StoreError
 */
export async function untilTaken(
  report: RunContext['report'],
  what: string,
  signal: AbortSignal,
  write: () => Promise<void>,
): Promise<void> {
  const backoff = new Backoff();
  for (;;) {
    signal.throwIfAborted();
    try {
      await write();
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StoreError)) throw error;
      report({
        level: 'warning',
        message: `the store does not take ${what}; it is tried again`,
        details: { error: messageOf(error) },
      });
    }
    await backoff.wait(signal);
  }
}
