import {
  parseDuration,
  parseMoment,
  parsePosition,
  parseTimeline,
} from '../../lib/commands/options.ts';

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

test('a position is read as the server prints it, and nothing else is one', () => {
  expect(parsePosition('16/B374D848')).toBe(0x16_b374_d848n);
  for (const text of ['B374D848', '16/', '16/B374D84800', 'latest', '']) {
    expect(() => parsePosition(text)).toThrow('such as 16/B374D848');
  }
});

test('a timeline is a decimal number', () => {
  expect(parseTimeline('12')).toBe(12);
  for (const text of ['0', '-1', '0000000C', '1.5', '']) {
    expect(() => parseTimeline(text)).toThrow('decimal number of a timeline');
  }
});

describe('a duration', () => {
  test('becomes seconds', () => {
    expect(parseDuration('2m')).toBe(120);
  });

  test('is refused with an example', () => {
    expect(() => parseDuration('2 minutes')).toThrow("'60s'");
  });
});
