import { SECONDS_PER_DAY } from '../../../plan/values/duration.ts';

interface Knot {
  readonly seconds: number;
  readonly label: string;
}

const day = (days: number, label: string): Knot => ({ seconds: days * SECONDS_PER_DAY, label });

const NOW: Knot = { seconds: 0, label: 'now' };
const FOR_EVER: Knot = { seconds: Number.POSITIVE_INFINITY, label: '∞' };

/** Where the axis is broken: between two of them time runs evenly. */
const KNOTS: readonly Knot[] = [
  { seconds: 3600, label: '1 h' },
  day(1, '1 d'),
  day(7, '7 d'),
  day(30, '30 d'),
  day(90, '90 d'),
  day(366, '1 y'),
  day(2557, '7 y'),
];

/** One even part of the axis: ages in seconds, and where they are from 0 (now) to 1. */
export interface Stretch {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly from: number;
  readonly to: number;
}

/** From now back, every stretch as wide as the next. One for all pictures of a report, so that they can be compared. */
export interface Axis {
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly stretches: readonly Stretch[];
  /** Place of an age, from 0 to 1. */
  at(seconds: number): number;
}

/** @param ages in seconds that have to be on it; infinity asks for a stretch after all that end */
export function axis(ages: readonly number[]): Axis {
  const longest = Math.max(0, ...ages.filter(Number.isFinite));
  const knots = [NOW, ...KNOTS.filter((_, i) => (KNOTS[i - 1]?.seconds ?? 0) < longest)];
  if (longest > (KNOTS.at(-1)?.seconds ?? 0)) {
    const years = Math.round(longest / (365.25 * SECONDS_PER_DAY));
    knots.push({ seconds: longest, label: `${years} y` });
  }
  if (ages.includes(FOR_EVER.seconds)) knots.push(FOR_EVER);
  const width = 1 / Math.max(1, knots.length - 1);
  const stretches = knots.slice(1).map(({ seconds }, i) => ({
    fromSeconds: knots[i]?.seconds ?? 0,
    toSeconds: seconds,
    from: i * width,
    to: (i + 1) * width,
  }));
  return {
    ticks: knots.map(({ label }, i) => ({ at: i * width, label })),
    stretches,
    at: (seconds) => place(stretches, seconds),
  };
}

function place(stretches: readonly Stretch[], seconds: number): number {
  const within = stretches.find(({ toSeconds }) => seconds <= toSeconds);
  if (within === undefined || seconds === Number.POSITIVE_INFINITY) return 1;
  const { fromSeconds, toSeconds, from, to } = within;
  if (toSeconds === Number.POSITIVE_INFINITY) return from;
  return from + ((seconds - fromSeconds) / (toSeconds - fromSeconds)) * (to - from);
}
