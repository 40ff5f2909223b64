import { AofFormatError } from '../../../../../lib/engines/redis/aof/errors.ts';
import {
  aofManifestText,
  parseAofManifest,
} from '../../../../../lib/engines/redis/aof/manifest-file.ts';

test('while a rewrite goes on there are two increments, and after it what is about to be removed', () => {
  const text = [
    'file appendonly.aof.2.base.rdb seq 2 type b',
    'file appendonly.aof.1.base.rdb seq 1 type h',
    'file appendonly.aof.4.incr.aof seq 4 type i',
    'file appendonly.aof.5.incr.aof seq 5 type i startoffset 120',
    '',
  ].join('\n');
  expect(parseAofManifest(text)).toEqual({
    base: { name: 'appendonly.aof.2.base.rdb', sequence: 2 },
    increments: [
      { name: 'appendonly.aof.4.incr.aof', sequence: 4 },
      { name: 'appendonly.aof.5.incr.aof', sequence: 5 },
    ],
  });
});

test('names with spaces are quoted', () => {
  const { increments } = parseAofManifest('file "my \\"aof\\".1.incr.aof" seq 1 type i\n');
  expect(increments[0]?.name).toBe('my "aof".1.incr.aof');
});

test('what is written can be read', () => {
  expect(parseAofManifest(aofManifestText('base.rdb', 'incr.aof'))).toEqual({
    base: { name: 'base.rdb', sequence: 1 },
    increments: [{ name: 'incr.aof', sequence: 1 }],
  });
  expect(parseAofManifest(aofManifestText(undefined, 'incr.aof')).base).toBeUndefined();
});

test.each([
  ['a path', 'file ../../etc/shadow seq 1 type i'],
  ['an unknown type', 'file a seq 1 type x'],
  ['no number', 'file a seq x type i'],
  ['increments out of order', 'file a seq 1 type i\nfile b seq 3 type i'],
])('refuses %s', (_, text) => {
  expect(() => parseAofManifest(text)).toThrow(AofFormatError);
});
