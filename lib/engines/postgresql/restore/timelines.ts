import { DamagedError } from '../../../catalog/errors.ts';
import { type Lsn, parseLsn, timelineName } from '../lsn.ts';

/** A stretch of history: `timeline` was written from `from` to `to`; undefined = it is the last one. */
export interface TimelineStep {
  readonly timeline: number;
  readonly from: Lsn;
  readonly to: Lsn | undefined;
}

/**
 * Reads a history file: one line for each ancestor with the position where its successor began.
 * Returns the ancestors and the timeline itself, oldest first.
 * @throws DamagedError if the file is not the history of this timeline
 */
export function parseHistory(timeline: number, text: string): TimelineStep[] {
  const file = `${timelineName(timeline)}.history`;
  const steps: TimelineStep[] = [];
  let from: Lsn = 0n;
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, ancestor, position] = /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)(?:\s|$)/i.exec(line) ?? [];
    if (ancestor === undefined || position === undefined) {
      throw new DamagedError(`${file} has a line that is no history: ${JSON.stringify(line)}`);
    }
    const to = parseLsn(position);
    const number = Number(ancestor);
    const previous = steps.at(-1);
    if (to < from || number >= timeline || (previous && number <= previous.timeline)) {
      throw new DamagedError(`${file} does not ascend at ${JSON.stringify(line)}`);
    }
    steps.push({ timeline: number, from, to });
    from = to;
  }
  return [...steps, { timeline, from, to: undefined }];
}

/**
 * The histories that lead from a base backup onwards, the newest timeline first. The last one is the
 * base's own timeline, which needs no history file.
 *
 * @param histories by timeline, as parsed by `parseHistory`
 * @param base timeline and end of the base backup: a timeline that branched off before does not contain it
 */
export function historiesFrom(
  histories: ReadonlyMap<number, readonly TimelineStep[]>,
  base: { readonly timeline: number; readonly endLsn: Lsn },
): (readonly TimelineStep[])[] {
  const descending = [...histories].sort(([a], [b]) => b - a);
  const descendants = descending
    .filter(([timeline]) => timeline > base.timeline)
    .map(([, steps]) => steps)
    .filter((steps) =>
      steps.some(
        (step) =>
          step.timeline === base.timeline && step.to !== undefined && step.to >= base.endLsn,
      ),
    );
  const own = histories.get(base.timeline) ?? [
    { timeline: base.timeline, from: 0n, to: undefined },
  ];
  return [...descendants, own];
}
