import type { Kind } from './rows.ts';

/**
 * Options of a `refine` that holds two parts of a source against each other. It is looked at beside whatever else is
 * wrong, so the check behind it has to bear malformed parts.
 * @param path the part that should be written differently
 * @param message what was found; what to write instead
 */
export const rule = (path: string | readonly string[], message: string) => ({
  path: [path].flat(),
  error: () => message,
  when: ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null,
});

/** Whether a source, which may be malformed, has a row of the kind. */
export const hasRow = ({ protect }: { readonly protect?: unknown }, kind: Kind): boolean =>
  Array.isArray(protect) && protect.some((row) => row?.kind === kind);
