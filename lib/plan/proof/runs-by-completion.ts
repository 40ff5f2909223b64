import type { Runs } from './timeline.ts';

/** A run that takes as long as it may; moments in milliseconds since 1970. */
export interface Run {
  readonly startedAt: number;
  readonly completedAt: number;
  /** Index of its row. */
  readonly row: number;
}

/**
 * The runs of all rows in the order in which they are complete.
 * @param starts of each row, ascending
 */
export function* runsByCompletion(
  rows: readonly Pick<Runs, 'deadlineSeconds'>[],
  starts: readonly (readonly number[])[],
): Generator<Run> {
  const next = rows.map(() => 0);
  for (;;) {
    let first: Run | undefined;
    for (let row = 0; row < rows.length; row++) {
      const startedAt = starts[row]?.[next[row] ?? 0];
      if (startedAt === undefined) continue;
      const completedAt = startedAt + (rows[row]?.deadlineSeconds ?? 0) * 1000;
      if (!first || completedAt < first.completedAt) first = { startedAt, completedAt, row };
    }
    if (!first) return;
    next[first.row] = (next[first.row] ?? 0) + 1;
    yield first;
  }
}
