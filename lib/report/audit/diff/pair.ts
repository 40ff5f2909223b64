import type { Change } from '../../../audit/diff/diff.ts';
import type { Fact } from '../../../audit/diff/facts.ts';

type About = Fact['about'];
export type Of<A extends About> = Extract<Fact, { readonly about: A }>;

/** Both sides of a change, whose facts are about the same. */
export interface Pair<F> {
  readonly before: F | null;
  readonly after: F | null;
}

const isAbout = <A extends About>(fact: Fact | null, about: A): fact is Of<A> =>
  fact?.about === about;

export const pairOf = <A extends About>({ before, after }: Change, about: A): Pair<Of<A>> => ({
  before: isAbout(before, about) ? before : null,
  after: isAbout(after, about) ? after : null,
});

/** One of three sentences: for a promise that is gone, a new one, and one that is another now. */
export function tell<F>(
  { before, after }: Pair<F>,
  gone: (before: F) => string,
  added: (after: F) => string,
  other: (after: F, before: F) => string,
): string {
  if (before && after) return other(after, before);
  if (before) return gone(before);
  if (after) return added(after);
  throw new TypeError('a change without a before and an after');
}
