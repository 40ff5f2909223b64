import { usesAws } from '../../plan/store-url.ts';
import { locationOf, type Side } from '../../storage/location.ts';
import type { Place } from '../model.ts';
import type { Copy, Evidence, Source } from './evidence.ts';

/** What the files say to one question. */
export interface Answer {
  /** `some` and `none` have at least one reason in `missing`. */
  readonly kept: 'all' | 'some' | 'none';
  /** Resources that keep it. */
  readonly places: readonly Place[];
  /** What is not there, as clauses without a full stop. */
  readonly missing: readonly string[];
}

export type Question = (evidence: Evidence) => Answer;

/** Kept as far as resources were found and nothing is missing. */
export function answer(places: readonly Place[], missing: readonly string[]): Answer {
  if (missing.length === 0) return { kept: 'all', places, missing };
  return { kept: places.length > 0 ? 'some' : 'none', places, missing };
}

export const nothing = (missing: string): Answer => answer([], [missing]);

/** One answer of several about the same thing. */
export function together(answers: readonly Answer[]): Answer {
  return answer(
    answers.flatMap(({ places }) => places),
    answers.flatMap(({ missing }) => missing),
  );
}

/** Asks one copy; one that no template has is missing. */
export function ofCopy(evidence: Evidence, side: Side, ask: (copy: Copy) => Answer): Answer {
  const { region, bucketName, bucketArn: arn } = locationOf(evidence.compiled, side);
  const bucket = evidence.facts.copies.find((copy) => copy.side === side)?.bucket;
  if (!bucket && !usesAws(evidence.compiled)) {
    return nothing(`the bucket ${bucketName} is outside of AWS: no file says how it is kept`);
  }
  if (!bucket) return nothing(`no template has the bucket ${bucketName} of ${region}`);
  return ask({ side, region, arn, bucket });
}

/** Asks the same of both copies. */
export const ofBothCopies =
  (ask: (copy: Copy, evidence: Evidence) => Answer): Question =>
  (evidence) =>
    together(
      (['primary', 'replica'] as const).map((side) =>
        ofCopy(evidence, side, (copy) => ask(copy, evidence)),
      ),
    );

/** Asks the same of every source. */
export const ofEverySource =
  (ask: (source: Source, evidence: Evidence) => Answer): Question =>
  (evidence) =>
    together(evidence.compiled.sources.map((source) => ask(source, evidence)));
