import {
  historiesFrom,
  parseHistory,
} from '../../../../../lib/engines/postgresql/restore/timelines.ts';

const HISTORY_3 = `1\t0/5000148\tno recovery target specified

2\t0/9000000\tbefore 2026-11-21 02:00:00.123+00
`;

describe('parseHistory', () => {
  test('reads ancestors and the timeline itself, oldest first', () => {
    expect(parseHistory(3, HISTORY_3)).toEqual([
      { timeline: 1, from: 0n, to: 0x5000148n },
      { timeline: 2, from: 0x5000148n, to: 0x9000000n },
      { timeline: 3, from: 0x9000000n, to: undefined },
    ]);
  });

  test.each([
    ['no position', '1\tsomewhere\treason\n'],
    ['positions that descend', '1\t0/9000000\ta\n2\t0/5000000\tb\n'],
    ['an ancestor that is not older', '3\t0/9000000\ta\n'],
    ['the same ancestor twice', '1\t0/5000000\ta\n1\t0/9000000\tb\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseHistory(3, text)).toThrow(/^00000003\.history/);
  });
});

describe('historiesFrom', () => {
  const histories = new Map(
    [parseHistory(2, '1\t0/5000148\tx\n'), parseHistory(3, HISTORY_3)].map((steps) => [
      steps.at(-1)?.timeline ?? 0,
      steps,
    ]),
  );
  const timelines = (base: { timeline: number; endLsn: bigint }) =>
    historiesFrom(histories, base).map((steps) => steps.at(-1)?.timeline);

  test('follows every timeline that contains the base, the newest first', () => {
    expect(timelines({ timeline: 1, endLsn: 0x5000000n })).toEqual([3, 2, 1]);
  });

  test('does not follow a timeline that branched off before the end of the base', () => {
    expect(timelines({ timeline: 1, endLsn: 0x6000000n })).toEqual([1]);
    expect(timelines({ timeline: 2, endLsn: 0x9000100n })).toEqual([2]);
  });

  test('a base on a timeline with a history keeps its ancestors', () => {
    const [history] = historiesFrom(histories, { timeline: 3, endLsn: 0xa000000n });
    expect(history).toHaveLength(3);
  });
});
