import { ObjectNotFoundError } from '../stores/errors.ts';
import { DamagedError } from './errors.ts';

/**
 * Lists damage instead of throwing it, so that the rest is still looked at. What cannot be read for another reason is thrown.
 * @returns does something; undefined if damage was found
 */
export function listingDamage(
  problems: string[],
): <T>(work: () => Promise<T>) => Promise<T | undefined> {
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DamagedError || error instanceof ObjectNotFoundError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
}
