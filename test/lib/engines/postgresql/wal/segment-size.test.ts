import { parseSegmentSize } from '../../../../../lib/engines/postgresql/wal/segment-size.ts';

test.each([
  ['1MB', 1_048_576],
  ['16MB', 16_777_216],
  ['1GB', 1_073_741_824],
])('%s', (text, bytes) => {
  expect(parseSegmentSize(text)).toBe(bytes);
});

test.each(['', '16', 'MB', '16 MB', '16TB'])('%p is refused', (text) => {
  expect(() => parseSegmentSize(text)).toThrow('is not the size of a WAL segment such as 16MB');
});
