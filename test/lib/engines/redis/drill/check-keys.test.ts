import { wordsOf } from '../../../../../lib/engines/redis/drill/ask.ts';
import { typeMismatches } from '../../../../../lib/engines/redis/drill/check-keys.ts';

const counts = { 'db0.keys': 5, 'db0.expires': 1, 'db0.hash': 3, 'db0.string': 2 };
const keyspace = new Map([
  ['db0.keys', 5],
  ['db0.expires', 1],
]);
const mismatches = (found: Record<string, number>) =>
  typeMismatches('db0', counts, new Map(Object.entries(found)), keyspace);

test('a key that may have expired meanwhile is not missed', () => {
  expect(mismatches({ hash: 3, string: 2 })).toEqual([]);
  expect(mismatches({ hash: 2, string: 2 })).toEqual([]);
});

test('others are', () => {
  expect(mismatches({ hash: 2, string: 1 })).toEqual([
    '2 keys of db0 cannot be found by walking over it, and only 1 of them may have expired',
  ]);
});

test('a key of another type is told, even where it hides one that is missing', () => {
  expect(mismatches({ hash: 3, string: 1, list: 1 })).toEqual([
    'db0 had 0 keys of type list when it was backed up and has 1',
  ]);
});

test('a query has words; quotes hold some together', () => {
  expect(wordsOf('HGET "user 1"  name ""')).toEqual(['HGET', 'user 1', 'name', '']);
  expect(() => wordsOf('  ')).toThrow("an empty --query; write a command such as 'GET user:1'");
});
