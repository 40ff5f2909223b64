import { chainOf, type StoredPiece } from '../../../lib/catalog/aof.ts';

const piece = ([from, to]: readonly [number, number]): StoredPiece => ({
  key: `${from}-${to}`,
  from,
  to,
  sequence: 1,
  asOf: new Date(0),
  sha256: '',
  storedBytes: 1,
});

const chain = (...pieces: readonly (readonly [number, number])[]): string =>
  chainOf({ pieces: pieces.map(piece) })
    .map(({ key }) => key)
    .join(' ');

test('one piece that holds many takes their place', () => {
  expect(chain([0, 10], [0, 30], [10, 20], [20, 30], [30, 40])).toBe('0-30 30-40');
});

test('a longer piece that nothing continues does not end the log', () => {
  expect(chain([0, 10], [10, 26], [10, 25], [25, 30], [30, 40])).toBe('0-10 10-25 25-30 30-40');
});

test('ends before a gap', () => {
  expect(chain([0, 10], [20, 30])).toBe('0-10');
  expect(chain([10, 20])).toBe('');
});

test('what holds nothing leads nowhere', () => {
  expect(chain([0, 10], [10, 10], [10, 20])).toBe('0-10 10-20');
});
