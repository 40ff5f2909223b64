import type { Axis, Stretch } from './axis.ts';
import { html, type Markup } from './markup.ts';
import type { Lane, Step } from './reach.ts';

/** Units across the drawing, whatever its width on the screen. */
export const WIDTH = 1000;
export const BAR = 12;

/** Recovery points nearer to each other than this are drawn as a texture. Of the whole width. */
const NEAREST = 0.0055;

/** Paths by how they are drawn. */
interface Ink {
  /** Every moment. */
  solid: string;
  /** A stroke for each recovery point. */
  points: string;
  /** A stroke along points that are too dense to tell apart. */
  dense: string;
}

/**
 * What a lane can restore: strong where no other lane of the source is finer, faint where one is.
 * @param y upper edge of the bar
 */
export function laneMarks(lane: Lane, steps: readonly Step[], axis: Axis, y: number): Markup {
  const strong: Ink = { solid: '', points: '', dense: '' };
  const faint: Ink = { solid: '', points: '', dense: '' };
  for (const step of steps) {
    const from = Math.max(step.fromSeconds, lane.fromSeconds);
    const to = Math.min(step.toSeconds, lane.toSeconds);
    if (from < to) draw(step.lane === lane ? strong : faint, lane, { from, to }, axis, y);
  }
  return html`${group('faint', faint)}${group('strong', strong)}`;
}

function group(name: string, ink: Ink): Markup {
  const paths = Object.entries(ink).filter(([, d]) => d !== '');
  return html`${paths.map(([kind, d]) => html`<path class="${kind} ${name}" d="${d}"/>\n`)}`;
}

function draw(
  ink: Ink,
  lane: Lane,
  { from, to }: { from: number; to: number },
  axis: Axis,
  y: number,
): void {
  const x = (seconds: number) => Number((axis.at(seconds) * WIDTH).toFixed(1));
  if (lane.grainSeconds === 0) {
    ink.solid += `M${x(from)} ${y}H${x(to)}v${BAR}H${x(from)}z`;
    return;
  }
  for (const stretch of axis.stretches) {
    const begin = Math.max(from, stretch.fromSeconds);
    const end = Math.min(to, stretch.toSeconds);
    if (begin >= end) continue;
    if (isDense(lane, stretch)) ink.dense += `M${x(begin)} ${y + BAR / 2}H${x(end)}`;
    else for (const at of points(lane, begin, end)) ink.points += `M${x(at)} ${y}v${BAR}`;
  }
}

function isDense({ grainSeconds }: Lane, { fromSeconds, toSeconds, from, to }: Stretch): boolean {
  return (grainSeconds / (toSeconds - fromSeconds)) * (to - from) < NEAREST;
}

/** Ages of recovery points in `[begin, end)`. */
function* points({ grainSeconds, fromSeconds }: Lane, begin: number, end: number) {
  const first = Math.ceil((begin - fromSeconds) / grainSeconds);
  for (let n = first; fromSeconds + n * grainSeconds < end; n++) {
    yield fromSeconds + n * grainSeconds;
  }
}
