import type { Located } from './located.ts';
import type { Audit, Place } from './model.ts';

type Problem = Audit['problems'][number];

/** What a row of the matrix is told by. */
export interface RowKey {
  readonly source: string;
  /** Index among the source's protections. */
  readonly protection: number;
  readonly class: string;
  readonly continuous: boolean;
}

/** Something that is not in a file but would be between these lines, both included. */
export interface Lack {
  /** As the derived file has it; empty = any line that does. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** A promise of the plan that the files do not keep. */
export interface Breach extends Problem {
  readonly place: Place | null;
  /** What is not in the file: tells which of the lines that are missing from it this is about. */
  readonly lacks?: Lack;
  /** Lines that say this, in any file, differ because of it: the name of what is another one. */
  readonly echo?: string;
  /** Which rows of the matrix it breaks; none unless given. */
  readonly breaks?: (row: RowKey) => boolean;
}

export const everyRow = (): boolean => true;

/** Nothing of the kind is in this part of the file. */
export const lackIn = (container: Located, text: string): Lack => ({
  text,
  from: container.place.line,
  to: container.lastLine + 1,
});

/** Nothing of the kind is in the file at all. */
export const lackAnywhere = (text: string): Lack => ({
  text,
  from: 1,
  to: Number.POSITIVE_INFINITY,
});
