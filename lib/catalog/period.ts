import type { Tier } from '../plan/values/retention.ts';

/**
 * Names the hour, day, week, month or year that a moment lies in: two moments share a period when the names are equal.
 * A week is named by its first day.
 */
export function periodOf(
  tier: Tier,
  at: Date,
  zone: { readonly timezone: string; readonly weekStartsOn: 'sunday' | 'monday' },
): string {
  const { year, month, day, hour } = local(at, zone.timezone);
  switch (tier) {
    case 'hourly':
      // The hour that a clock shows twice in autumn is two periods: the elapsed hour tells them apart.
      return `${year}-${month}-${day}T${hour}/${Math.floor(at.getTime() / 3_600_000)}`;
    case 'daily':
      return `${year}-${month}-${day}`;
    case 'weekly': {
      const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
      const first = zone.weekStartsOn === 'monday' ? 1 : 0;
      date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() - first + 7) % 7));
      return `week of ${date.toISOString().slice(0, 10)}`;
    }
    case 'monthly':
      return `${year}-${month}`;
    case 'yearly':
      return year;
  }
}

function local(at: Date, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timeZone === 'Etc/UTC' ? 'UTC' : timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((p) => p.type === type)?.value ?? '';
  return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour') };
}
