import type { Protection } from '../plan/compiled.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import type { Schedule } from '../plan/values/schedule.ts';
import { UTC } from '../plan/values/zone.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** How often, in words: `every day at 03:00 UTC`. A pattern without a plain reading is shown as it is. */
export function scheduleText(schedule: Schedule): string {
  const zone = schedule.timezone === UTC ? 'UTC' : schedule.timezone;
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = schedule.cron.split(' ');
  const everyMinutes = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (everyMinutes && hour === '*' && day === '*' && month === '*' && weekday === '*') {
    return `every ${everyMinutes} min`;
  }
  if (!/^\d+$/.test(minute) || month !== '*') return `${schedule.cron} (${zone})`;
  if (hour === '*' && day === '*' && weekday === '*')
    return `every hour at :${minute.padStart(2, '0')}`;
  const everyHours = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (everyHours && day === '*' && weekday === '*') return `every ${everyHours} h`;
  if (!/^\d+$/.test(hour)) return `${schedule.cron} (${zone})`;
  const at = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')} ${zone}`;
  if (day === '*' && weekday === '*') return `every day at ${at}`;
  if (day === '*' && /^[0-7]$/.test(weekday))
    return `every ${WEEKDAYS[Number(weekday) % 7]} at ${at}`;
  if (/^\d+$/.test(day) && weekday === '*') return `on day ${day} of every month at ${at}`;
  return `${schedule.cron} (${zone})`;
}

/** When a row of the plan runs. */
export function cadenceText(protection: Protection): string {
  if (protection.flushSeconds !== null) {
    return `continuous, stored at least every ${formatSeconds(protection.flushSeconds)}`;
  }
  return protection.schedule ? scheduleText(protection.schedule) : 'never';
}
