import { bytes, parseSizes, sourceSizeSchema } from '../../../../lib/plan/values/size.ts';

const GIB = 1024 ** 3;

test.each([
  ['800MiB', 800 * 1024 ** 2],
  ['1.5GiB', 1.5 * GIB],
  ['12TiB', 12 * 1024 * GIB],
] as const)('%s is so many bytes', (size, expected) => {
  expect(bytes(size)).toBe(expected);
});

test.each(['12', '12GB', '-1GiB', '1e3GiB', 'GiB', '1,5GiB', ' 1GiB', ''])(
  '%j is no size, and what to write is said',
  (full) => {
    const message = sourceSizeSchema.safeParse({ full }).error?.issues[0]?.message;
    expect(message).toMatch(/is not a size; write a number and a unit, such as '800MiB'/);
  },
);

test('a command line names several sources, each with or without what a day adds', () => {
  expect(parseSizes('database=120GiB+4GiB/d, cache=512MiB')).toEqual(
    new Map([
      ['database', { full: 120 * GIB, perDay: 4 * GIB }],
      ['cache', { full: GIB / 2, perDay: 0 }],
    ]),
  );
});

test.each([
  'database',
  'database=',
  'database=120',
  '=1GiB',
  'a=1GiB,b',
  'a=1GiB+1GiB',
  'a=1GiB+x/d',
])('%j is refused, with the part that is wrong', (text) => {
  expect(() => parseSizes(text)).toThrow(/is not the size of a source; write one such as/);
});

test('a source that is named twice is refused: only one of its sizes could count', () => {
  expect(() => parseSizes('a=1GiB,b=1GiB,a=2GiB')).toThrow(/"a" is named twice; write one size/);
});
