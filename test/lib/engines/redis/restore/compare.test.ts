import { keyMismatches } from '../../../../../lib/engines/redis/restore/compare.ts';

const counts = { 'db0.keys': 3, 'db0.expires': 1, 'db0.hash': 3, 'db3.keys': 2, functions: 1 };

test('what a server reports as it was counted is no difference', () => {
  const found = new Map([
    ['db0.keys', 3],
    ['db0.expires', 1],
    ['db3.keys', 2],
  ]);
  expect(keyMismatches(counts, found)).toEqual([]);
});

test('less, more and something else are told', () => {
  const found = new Map([
    ['db0.keys', 2],
    ['db15.keys', 1],
  ]);
  expect(keyMismatches(counts, found)).toEqual([
    'db0 had 1 keys that expire when it was backed up and has 0',
    'db0 had 3 keys when it was backed up and has 2',
    'db15 had 0 keys when it was backed up and has 1',
    'db3 had 2 keys when it was backed up and has 0',
  ]);
});
