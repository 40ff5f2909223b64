import { InputError } from './input-error.ts';
import type { Io } from './main.ts';

/**
 * Has the name of what will be replaced typed, on the terminal or as an option.
 * @param given what `--confirm` says
 */
export function confirmation(
  { ask }: Pick<Io, 'ask'>,
  given: string | undefined,
): (name: string) => Promise<void> {
  return async (name) => {
    if (given === undefined && ask === undefined) {
      throw new InputError(
        `${name} holds data that will be replaced; nobody can be asked here, so say so with --confirm ${name}`,
      );
    }
    const typed = given ?? (await ask?.(`type ${name} to replace it: `));
    if (typed !== name) {
      throw new InputError(
        `${JSON.stringify(typed)} is not the name of what would be replaced, ${name}; nothing was changed`,
      );
    }
  };
}
