import { compare } from '../../../../lib/audit/live/compare.ts';
import { pruned, UNKNOWN } from '../../../../lib/audit/live/properties.ts';

test('numbers and booleans as text are what they say', () => {
  expect(compare({ days: 30, on: true }, { days: '30', on: 'true' }, 'P')).toEqual([]);
});

test('the order of a list does not matter, how often something is in it does', () => {
  expect(compare(['a', 'b'], ['b', 'a'], 'P')).toEqual([]);
  expect(compare(['a', 'a'], ['a'], 'P')).toEqual([{ path: 'P', expected: 'a', found: undefined }]);
});

test('of a list of texts, what is missing and what is too much', () => {
  expect(compare(['a', 'b', 'c'], ['c', 'd', 'e'], 'P')).toEqual([
    { path: 'P', expected: ['a', 'b'], found: ['d', 'e'] },
  ]);
});

test('items with a name are compared by it', () => {
  const expected = {
    Rules: [
      { Id: 'one', Days: 1 },
      { Id: 'two', Days: 2 },
    ],
  };
  const found = {
    Rules: [
      { Id: 'three', Days: 3 },
      { Id: 'two', Days: 4 },
    ],
  };
  expect(compare(expected, found, 'P')).toEqual([
    { path: 'P.Rules[one]', expected: { Id: 'one', Days: 1 }, found: undefined },
    { path: 'P.Rules[two].Days', expected: 2, found: 4 },
    { path: 'P.Rules[three]', expected: undefined, found: { Id: 'three', Days: 3 } },
  ]);
});

test('items without a name are compared with what is left, as deep as can be said', () => {
  expect(compare([{ a: { b: 1 } }], [{ a: { b: 2 } }], 'P')).toEqual([
    { path: 'P.a.b', expected: 1, found: 2 },
  ]);
  expect(compare([{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }, { a: 4 }], 'P')).toEqual([
    { path: 'P[1].a', expected: 2, found: 3 },
    { path: 'P', expected: undefined, found: { a: 4 } },
  ]);
});

test('names that are there twice tell nothing apart', () => {
  const twice = [
    { Id: 'x', n: 1 },
    { Id: 'x', n: 2 },
  ];
  expect(compare(twice, [...twice].reverse(), 'P')).toEqual([]);
  expect(compare(twice, [twice[0]], 'P')).toEqual([
    { path: 'P', expected: { Id: 'x', n: 2 }, found: undefined },
  ]);
});

test('what nobody can know is not compared', () => {
  expect(compare({ Arn: UNKNOWN, Name: 'a' }, { Arn: 'anything', Name: 'b' }, 'P')).toEqual([
    { path: 'P.Name', expected: 'a', found: 'b' },
  ]);
});

test('null, nothing and what holds nothing are not there', () => {
  expect(pruned({ a: null, b: '', c: [], d: { e: undefined }, f: [{}], g: 0, h: false })).toEqual({
    g: 0,
    h: false,
  });
  expect(pruned({})).toBeUndefined();
});
