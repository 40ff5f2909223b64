import { formatSeconds, SECONDS_PER_DAY } from '../../../plan/values/duration.ts';
import { parseRetentionClass } from '../../../plan/values/retention.ts';
import type { Axis } from './axis.ts';
import { BAR, laneMarks, WIDTH } from './lane-marks.ts';
import { html, type Markup, type Piece } from './markup.ts';
import type { Lane, Step } from './reach.ts';
import { daysText, grainText, stepText } from './words.ts';

/** CSS pixels; widths are percent, so that letters keep their size on a phone. */
const WINDOW_LABEL = 22;
const LANE = 40;
const ABOVE_BAR = 19;
const AXIS = 26;

interface Picture {
  readonly source: string;
  /** Makes ids unique in the page. */
  readonly id: string;
  readonly axis: Axis;
  readonly lanes: readonly Lane[];
  readonly steps: readonly Step[];
  /** Any moment as far back as this; 0 = recovery points only. */
  readonly windowSeconds: number;
}

/** What can be restored from when, from now back: a line for each row of the plan. */
export function timeline(picture: Picture): Markup {
  const { id, source, axis, lanes, steps, windowSeconds } = picture;
  const top = windowSeconds === 0 ? 0 : WINDOW_LABEL;
  const bottom = top + lanes.length * LANE;
  const bar = (index: number) => index * LANE + ABOVE_BAR;
  return html`<svg class="timeline" role="img" aria-labelledby="${id}-title ${id}-desc" width="100%" height="${bottom + AXIS}">
<title id="${id}-title">What can be restored of ${source}, from now on the left back in time</title>
<desc id="${id}-desc">${steps.map((step) => `${stepText(step)}. `)}</desc>
${windowMark(picture, top, bottom)}${axis.ticks.map((tick, i) => tickMark(tick, i === axis.ticks.length - 1, top, bottom))}
<svg y="${top}" width="100%" height="${bottom - top}" viewBox="0 0 ${WIDTH} ${bottom - top}" preserveAspectRatio="none">
${lanes.map((lane, i) => html`${promised(lane, axis, bar(i))}${laneMarks(lane, steps, axis, bar(i))}`)}</svg>
${lanes.map((lane, i) => label(lane, top + i * LANE + 13))}</svg>
`;
}

const percent = (at: number): string => `${Number((at * 100).toFixed(2))}%`;

function tickMark(
  { at, label }: { at: number; label: string },
  isLast: boolean,
  top: number,
  bottom: number,
): Markup {
  const anchor = at === 0 ? 'start' : isLast ? 'end' : 'middle';
  return html`<line class="grid" x1="${percent(at)}" x2="${percent(at)}" y1="${top + ABOVE_BAR - 4}" y2="${bottom}"/><text class="tick" x="${percent(at)}" y="${bottom + 19}" text-anchor="${anchor}">${label}</text>
`;
}

/** As far back as any moment can be restored. */
function windowMark({ axis, windowSeconds }: Picture, top: number, bottom: number): Piece {
  if (windowSeconds === 0) return null;
  const at = axis.at(windowSeconds);
  const right = at < 0.5;
  const text =
    windowSeconds === Number.POSITIVE_INFINITY
      ? 'any moment since the first backup'
      : `any moment of the last ${formatSeconds(windowSeconds)}`;
  return html`<rect class="window" y="${top}" width="${percent(at)}" height="${bottom - top}"/><line class="window-end" x1="${percent(at)}" x2="${percent(at)}" y1="${top + ABOVE_BAR - 4}" y2="${bottom}"/><line class="window-top" x1="${percent(at)}" x2="${percent(at)}" y1="4" y2="${top}"/><text class="window-label" x="${percent(at)}" dx="${right ? 6 : -6}" y="14" text-anchor="${right ? 'start' : 'end'}">${text}</text>
`;
}

/** As far as the plan promises; where it is not filled, nothing is there to restore. */
function promised({ row: { promisedDays } }: Lane, axis: Axis, y: number): Markup {
  const end = promisedDays === null ? 1 : axis.at(promisedDays * SECONDS_PER_DAY);
  const x = Number((end * WIDTH).toFixed(1));
  return html`<path class="promised" d="M0 ${y + BAR}H${x}v${-BAR}"/>
`;
}

function label(lane: Lane, y: number): Markup {
  const { row } = lane;
  const { storage } = parseRetentionClass(row.class);
  const end = row.notDerived === null ? (row.kept ? '' : ': not kept') : ': no job of its own';
  return html`<text class="lane" dx="2" y="${y}"><tspan class="lane-name">${grainText(lane)}</tspan><tspan dx="7">${row.kind}, ${daysText(row.promisedDays)}${storage === 'standard' ? '' : `, ${storage}`}${end}</tspan></text>
`;
}
