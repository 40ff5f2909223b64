import { withoutHeader } from '../../../../../lib/engines/postgresql/wal/server-clock.ts';

const PAGE = 8192n;
const SEGMENT = 16n * 1024n * 1024n;

test.each([
  ['an empty first page of a segment', 3n * SEGMENT + 40n, 3n * SEGMENT],
  ['an empty page', 3n * SEGMENT + 5n * PAGE + 24n, 3n * SEGMENT + 5n * PAGE],
  ['a page with a record', 3n * SEGMENT + 5n * PAGE + 64n, 3n * SEGMENT + 5n * PAGE + 64n],
  ['the first page with a record', 3n * SEGMENT + 120n, 3n * SEGMENT + 120n],
])('%s', (_, inserted, expected) => {
  expect(withoutHeader(inserted, PAGE, SEGMENT)).toBe(expected);
});
