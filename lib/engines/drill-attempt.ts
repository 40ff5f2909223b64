import { messageOf } from '../message.ts';
/** Does something; if it fails, notes what and why, and returns undefined. @throws the signal's reason */
export type Attempt = <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>;

/** Goes on after a failure, so that one drill tells everything that is wrong. */
export function attempts(problems: string[], signal: AbortSignal): Attempt {
  return async (what, work) => {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      problems.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
}
