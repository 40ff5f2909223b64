import { parseDuration, parseMoment } from '../../lib/commands/options.ts';

describe('a moment', () => {
  test.each([
    ['2026-11-21T02:00:00Z', '2026-11-21T02:00:00.000Z'],
    ['2026-11-21 02:00:00 UTC', '2026-11-21T02:00:00.000Z'],
    ['2026-11-21T03:00:00+01:00', '2026-11-21T02:00:00.000Z'],
    ['2026-11-21 02:00Z', '2026-11-21T02:00:00.000Z'],
    ['2026-11-21T02:00:00.123456Z', '2026-11-21T02:00:00.123Z'],
  ])('%s is understood', (text, expected) => {
    expect((parseMoment(text) as Date).toISOString()).toBe(expected);
  });

  test('latest stays latest', () => {
    expect(parseMoment('latest')).toBe('latest');
  });

  test.each(['2026-11-21 02:00:00', '2026-11-21', 'yesterday', '2026-13-41T00:00:00Z', ''])(
    '%p is refused: a moment without an offset means another thing on every machine',
    (text) => {
      expect(() => parseMoment(text)).toThrow('offset from UTC');
    },
  );
});

describe('a duration', () => {
  test('becomes seconds', () => {
    expect(parseDuration('2m')).toBe(120);
  });

  test('is refused with an example', () => {
    expect(() => parseDuration('2 minutes')).toThrow("'60s'");
  });
});
