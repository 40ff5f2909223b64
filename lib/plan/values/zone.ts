import { Memo } from './memo.ts';

/** A stretch of time, in milliseconds since 1970, in which a zone's clocks are `offset` ahead of UTC. */
export interface ZoneSegment {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

export const UTC = 'Etc/UTC';

const WEEK = 7 * 86_400_000;
const MINUTE = 60_000;

/** What plans are analysed in and jobs are looked for in: worked out once. Milliseconds since 1970. */
export const CHARTED = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2061, 0, 1) } as const;
const charts = new Memo<readonly ZoneSegment[]>(64);

/**
 * The zone's constant stretches between two moments.
 * @throws RangeError for an unknown zone
 */
export function zoneSegments(zone: string, from: number, to: number): readonly ZoneSegment[] {
  if (zone === UTC) return [{ from, to, offset: 0 }];
  if (from < CHARTED.from || to > CHARTED.to) return probedSegments(zone, from, to);
  const chart = charts.get(zone, () => probedSegments(zone, CHARTED.from, CHARTED.to));
  return chart
    .filter((segment) => segment.to > from && segment.from < to)
    .map(({ offset, ...segment }) => ({
      from: Math.max(segment.from, from),
      to: Math.min(segment.to, to),
      offset,
    }));
}

/** No zone changes its clocks twice within a week, so weekly probes find every change. */
function probedSegments(zone: string, from: number, to: number): ZoneSegment[] {
  const offsetAt = offsetReader(zone);
  const segments: ZoneSegment[] = [];
  let start = from;
  let offset = offsetAt(from);
  for (let at = from; at < to; at += WEEK) {
    const end = Math.min(at + WEEK, to);
    const next = offsetAt(end);
    if (next === offset) continue;
    const change = firstMinuteWithout(offset, at, end, offsetAt);
    segments.push({ from: start, to: change, offset });
    start = change;
    offset = next;
  }
  return [...segments, { from: start, to, offset }];
}

/** What the zone's clocks show at a moment, as if that were UTC. */
export function wallClock(zone: string, at: Date): Date {
  return zone === UTC ? at : new Date(at.getTime() + offsetReader(zone)(at.getTime()));
}

function firstMinuteWithout(
  offset: number,
  from: number,
  to: number,
  offsetAt: (at: number) => number,
): number {
  let low = Math.floor(from / MINUTE);
  let high = Math.ceil(to / MINUTE);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * MINUTE) === offset) low = middle;
    else high = middle;
  }
  return high * MINUTE;
}

const formats = new Memo<Intl.DateTimeFormat>(64);

function offsetReader(zone: string): (at: number) => number {
  const format = formats.get(
    zone,
    () => new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }),
  );
  return (at) => {
    // 'GMT', 'GMT+05:30' or 'GMT-03:00'
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    if (sign === undefined) return 0;
    const size = (Number(hours) * 60 + Number(minutes)) * MINUTE;
    return sign === '-' ? -size : size;
  };
}
