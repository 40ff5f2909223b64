import { Memo } from '../values/memo.ts';
import { type Run, runsByCompletion } from './runs-by-completion.ts';
import { type Refused, type Runs, sureStarts } from './timeline.ts';

/** A row among others of its source. */
export interface MergedRow extends Runs {
  readonly longestGapSeconds: number;
  readonly shortestGapSeconds: number;
  /** Seconds that a backup can be restored for, from its start, as long as every run succeeds. */
  readonly keepSeconds: number;
  /** The same while any one run fails. */
  readonly keepAfterFailureSeconds: number;
}

/** What several rows of one source guarantee together; infinite where it is nothing. */
export interface Merged {
  /** Age of the newest backup, from its start, just before the next one is complete. */
  readonly lossSeconds: number;
  readonly lossAfterFailureSeconds: number;
  /** The longest time between the starts of two neighbouring backups. */
  readonly gapSeconds: number;
  readonly gapAfterFailureSeconds: number;
  /** For each row, how many of its starts fall into the time of a run of a row that goes first; null = not known. */
  readonly refused: readonly (Refused | null)[];
}

const known = new Memo<Merged>(1024);

/** @param rows what comes first goes first where two want to run at once */
export function merge(rows: readonly MergedRow[]): Merged {
  return known.get(JSON.stringify(rows), () => {
    const starts = sureStarts(rows);
    return starts ? follow(rows, starts.sure, starts.refused) : bound(rows);
  });
}

/** Exact: goes through the backups of a whole cycle of the calendar. */
function follow(
  rows: readonly MergedRow[],
  starts: readonly (readonly number[])[],
  refused: Merged['refused'],
): Merged {
  const loss = new Longest();
  const lossAfterFailure = new Longest();
  const keeps = rows.map((row) => row.keepSeconds * 1000);
  const keepsAfterFailure = rows.map((row) => row.keepAfterFailureSeconds * 1000);
  let newest: Run | undefined;
  let second: Run | undefined;
  for (const run of runsByCompletion(rows, starts)) {
    // Every run takes as long as it may, so this is the last moment without it.
    const age = (of: Run, keep: readonly number[]): number => {
      const span = run.completedAt - of.startedAt;
      return span <= (keep[of.row] ?? 0) ? span : Number.POSITIVE_INFINITY;
    };
    if (newest) loss.add(age(newest, keeps));
    if (second) lossAfterFailure.add(age(second, keepsAfterFailure));
    if (!newest || run.startedAt > newest.startedAt) {
      second = newest;
      newest = run;
    } else if (!second || run.startedAt > second.startedAt) second = run;
  }
  const all = starts.flat().sort((a, b) => a - b);
  return {
    lossSeconds: loss.seconds,
    lossAfterFailureSeconds: lossAfterFailure.seconds,
    gapSeconds: longestStep(all, 1).seconds,
    gapAfterFailureSeconds: longestStep(all, 2).seconds,
    refused,
  };
}

/** From a start to the one that is so many starts later. */
function longestStep(starts: readonly number[], step: number): Longest {
  const longest = new Longest();
  for (let index = step; index < starts.length; index++) {
    longest.add((starts[index] ?? 0) - (starts[index - step] ?? 0));
  }
  return longest;
}

class Longest {
  private ms = 0;

  add(span: number): void {
    if (span > this.ms) this.ms = span;
  }

  /** Infinite where nothing was added: what never comes twice is always waited for. */
  get seconds(): number {
    return this.ms === 0 ? Number.POSITIVE_INFINITY : this.ms / 1000;
  }
}

/**
 * Never too low: the most frequent row pauses while the others run, once each, and a run that those leave out may
 * be as far away on either side as two of its starts.
 */
function bound(rows: readonly MergedRow[]): Merged {
  const frequent = rows.reduce((a, b) => (b.longestGapSeconds <= a.longestGapSeconds ? b : a));
  const before = rows.slice(0, rows.indexOf(frequent));
  const paused = before.reduce((sum, { deadlineSeconds }) => sum + deadlineSeconds, 0);
  const once = before.every(({ shortestGapSeconds }) => paused < shortestGapSeconds);
  const gap = once ? paused + frequent.longestGapSeconds : Number.POSITIVE_INFINITY;
  const gapAfterFailure = gap + frequent.longestGapSeconds;
  const longestRun = Math.max(...rows.map(({ deadlineSeconds }) => deadlineSeconds));
  const keep = Math.min(...rows.map(({ keepSeconds }) => keepSeconds));
  const keepAfterFailure = Math.min(...rows.map((row) => row.keepAfterFailureSeconds));
  const within = (age: number, limit: number) => (age <= limit ? age : Number.POSITIVE_INFINITY);
  return {
    lossSeconds: within(gap + longestRun, keep),
    lossAfterFailureSeconds: within(gapAfterFailure + longestRun, keepAfterFailure),
    gapSeconds: gap,
    gapAfterFailureSeconds: gapAfterFailure,
    refused: rows.map((_, index) => (index === 0 ? 'none' : null)),
  };
}
