/** The simulated year: two changes of clocks in every zone that has them, and a 29 February. */
export const YEAR = { from: Date.UTC(2027, 6, 1), to: Date.UTC(2028, 6, 1) } as const;

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;

const clocks = new Map<string, Float64Array>();

/** What the zone's clock shows at every quarter of an hour, asked from the calendar of the runtime, as if that were UTC. */
function clockOf(zone: string): Float64Array {
  const known = clocks.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const clock = Float64Array.from({ length: (YEAR.to - YEAR.from) / QUARTER }, (_, index) => {
    const parts = format.formatToParts(YEAR.from + index * QUARTER);
    const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  });
  clocks.set(zone, clock);
  return clock;
}

/** What the zone's clock shows at a moment of the year, as if that were UTC. */
export function wallAt(zone: string, at: number): Date {
  const index = Math.floor((at - YEAR.from) / QUARTER);
  const rest = at - (YEAR.from + index * QUARTER);
  return new Date((clockOf(zone)[index] ?? Number.NaN) + rest);
}

const known = new Map<string, readonly number[]>();

/** Every minute of the year at which the zone's clock matches the five fields of cron, found by looking at each of them. */
export function startsOf(cron: string, zone: string): readonly number[] {
  const key = `${cron} ${zone}`;
  const found = known.get(key) ?? lookAtEveryMinute(cron, zone);
  known.set(key, found);
  return found;
}

function lookAtEveryMinute(cron: string, zone: string): number[] {
  const [minute, hour, date, month, weekday] = cron.split(' ');
  const minutes = Array.from({ length: 60 }, (_, value) => matches(minute, value));
  const hours = Array.from({ length: 24 }, (_, value) => matches(hour, value));
  const bothRestricted = date !== '*' && weekday !== '*';
  const clock = clockOf(zone);
  const starts: number[] = [];
  for (let at = YEAR.from; at < YEAR.to; at += MINUTE) {
    const since = at - YEAR.from;
    const shown = ((clock[Math.floor(since / QUARTER)] ?? 0) + (since % QUARTER)) / MINUTE;
    if (!minutes[shown % 60] || !hours[Math.floor(shown / 60) % 24]) continue;
    const wall = wallAt(zone, at);
    if (!matches(month, wall.getUTCMonth() + 1)) continue;
    const onDate = matches(date, wall.getUTCDate());
    const onWeekday = matches(weekday, wall.getUTCDay());
    if (bothRestricted ? onDate || onWeekday : onDate && onWeekday) starts.push(at);
  }
  return starts;
}

/** Stars, steps of a star, ranges and lists of numbers. */
function matches(field: string | undefined, value: number): boolean {
  return (field ?? '').split(',').some((part) => {
    if (part === '*') return true;
    if (part.startsWith('*/')) return value % Number(part.slice(2)) === 0;
    const [low, high] = part.split('-').map(Number);
    return value >= (low ?? Number.NaN) && value <= (high ?? low ?? Number.NaN);
  });
}
