import { walFileName } from '../../../../../lib/engines/postgresql/archive/wal-file.ts';

const SEGMENT = '0000000A0000000100000003';

test.each([
  ['segment', SEGMENT, SEGMENT],
  ['partial', `${SEGMENT}.partial`, SEGMENT],
  ['backup', `${SEGMENT}.00000028.backup`, SEGMENT],
  ['history', '0000000A.history', '0000000A.history'],
] as const)('a %s: %s', (kind, name, segment) => {
  expect(walFileName(name)).toEqual({ kind, name, timeline: 10, segment });
});

test.each([
  '',
  'RECOVERYXLOG',
  SEGMENT.toLowerCase(),
  `${SEGMENT}0`,
  `${SEGMENT}.partial.1`,
  `x${SEGMENT}`,
])('%p is none of them', (name) => {
  expect(walFileName(name)).toBeUndefined();
});
