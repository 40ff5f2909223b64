import { formatBytes, formatInstant, table } from '../../../lib/report/format.ts';
import { scheduleText } from '../../../lib/report/schedule-text.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [200 * 1024 ** 2, '200 MiB'],
  [5 * 1024 ** 4, '5.0 TiB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('an instant says its zone', () => {
  expect(formatInstant('2026-11-21T02:00:00Z')).toBe('2026-11-21 02:00:00 UTC');
});

test('a table aligns its columns and ends no line with a blank', () => {
  expect(
    table(
      ['a', 'b'],
      [
        ['longer', 'x'],
        ['y', ''],
      ],
    ),
  ).toBe('a       b\nlonger  x\ny');
});

test.each([
  ['0 3 * * *', 'every day at 03:00 UTC'],
  ['*/15 * * * *', 'every 15 min'],
  ['5 * * * *', 'every hour at :05'],
  ['0 */6 * * *', 'every 6 h'],
  ['30 6 * * 1', 'every Monday at 06:30 UTC'],
  ['30 6 * * 7', 'every Sunday at 06:30 UTC'],
  ['30 6 2 * *', 'on day 2 of every month at 06:30 UTC'],
  ['0 3 1-7 * 1', '0 3 1-7 * 1 (UTC)'],
])('%s reads as %s', (cron, text) => {
  expect(scheduleText({ cron, timezone: 'Etc/UTC' })).toBe(text);
});
