import {
  formatLsn,
  parseLsn,
  parseSegmentName,
  segmentName,
  segmentStart,
  timelineName,
} from '../../../../lib/engines/postgresql/lsn.ts';

const MIB = 1024 * 1024;

describe('positions in the WAL', () => {
  test.each([
    ['0/0', 0n],
    ['0/16B3748', 0x16b3748n],
    ['16/B374D848', 0x16b374d848n],
    ['FFFFFFFF/FFFFFFFF', 0xffff_ffff_ffff_ffffn],
  ])('%s is read and written as the server does', (text, lsn) => {
    expect(parseLsn(text)).toBe(lsn);
    expect(formatLsn(lsn)).toBe(text);
  });

  test.each(['', '16', '16/', '/1', 'G/0', '123456789/0', '16/B374D848 '])(
    '%j is refused',
    (text) => {
      expect(() => parseLsn(text)).toThrow(TypeError);
    },
  );
});

describe('segments', () => {
  test.each([
    // As pg_walfile_name() prints them.
    [1, '0/16B3748', 16 * MIB, '000000010000000000000001'],
    [1, '16/B374D848', 16 * MIB, '0000000100000016000000B3'],
    [10, '16/B374D848', 64 * MIB, '0000000A000000160000002C'],
    [1, '1/0', MIB, '000000010000000100000000'],
    [1, '0/FFFFFFFF', MIB, '000000010000000000000FFF'],
  ])('timeline %i, %s, segments of %i bytes: %s', (timeline, lsn, size, name) => {
    expect(segmentName(timeline, parseLsn(lsn), size)).toBe(name);
    expect(parseSegmentName(name, size)).toEqual({
      timeline,
      start: segmentStart(parseLsn(lsn), size),
    });
  });

  test('a number beyond the segments of this size is refused', () => {
    expect(() => parseSegmentName('000000010000000000000100', 16 * MIB)).toThrow(TypeError);
    expect(() => parseSegmentName('00000001.history', 16 * MIB)).toThrow(TypeError);
  });

  test('a timeline is eight upper-case hex digits', () => {
    expect(timelineName(31)).toBe('0000001F');
  });
});
