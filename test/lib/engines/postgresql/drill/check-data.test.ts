import { countMismatches } from '../../../../../lib/engines/postgresql/drill/check-data.ts';
import { recoveredTo } from '../../../../../lib/engines/postgresql/drill/recovered-to.ts';

test('counts of the manifest are compared by name, and what nobody counted is not missed', () => {
  const counts = { 'shop.public.orders': 3, 'shop.public.gone': 0, 'shop.public.same': 5 };
  const found = new Map([
    ['shop.public.orders', 2],
    ['shop.public.same', 5],
    ['shop.public.new', 9],
  ]);
  expect(countMismatches(counts, found)).toEqual([
    'shop.public.orders had 3 rows when it was backed up and has 2',
    'shop.public.gone had 0 rows when it was backed up and did not come back',
  ]);
  expect(countMismatches({}, found)).toEqual([]);
});

describe('the moment that was recovered', () => {
  const from = new Date('2026-11-21T03:00:00Z');
  const to = new Date('2026-11-21T09:00:00Z');
  const lastCommitAt = new Date('2026-11-21T04:00:00Z');

  test('is what the stream proved, however long ago the last commit is', () => {
    expect(recoveredTo('latest', { from, to }, { lastCommitAt })).toEqual(to);
    expect(recoveredTo('latest', { from, to: from }, { lastCommitAt: null })).toEqual(from);
  });

  test('is the last commit where nothing is proven behind it', () => {
    expect(recoveredTo('latest', { from, to: from }, { lastCommitAt })).toEqual(lastCommitAt);
  });

  test('of one backup is its own end, whatever the stream proved later', () => {
    expect(recoveredTo({ backup: 'x' }, { from, to }, { lastCommitAt: null })).toEqual(from);
  });

  test('is the one that was asked for', () => {
    const asked = new Date('2026-11-21T05:00:00Z');
    expect(recoveredTo(asked, { from, to }, { lastCommitAt })).toEqual(asked);
  });
});
