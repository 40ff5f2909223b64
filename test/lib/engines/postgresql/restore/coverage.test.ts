import { segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import {
  cover,
  type SegmentSource,
} from '../../../../../lib/engines/postgresql/restore/coverage.ts';
import { parseHistory } from '../../../../../lib/engines/postgresql/restore/timelines.ts';

const SIZE = 16 * 1024 * 1024;
const at = (segment: number): bigint => BigInt(segment) * BigInt(SIZE);
const ONE = [{ timeline: 1, from: 0n, to: undefined }];
const TWO = parseHistory(2, '1\t0/5000148\tx\n');

function stored(whole: [timeline: number, segment: number][], partial?: [number, number, bigint]) {
  const entries: [string, SegmentSource<string>][] = whole.map(([timeline, segment]) => {
    const name = segmentName(timeline, at(segment), SIZE);
    return [name, { durable: undefined, source: name }];
  });
  if (partial) {
    const name = segmentName(partial[0], at(partial[1]), SIZE);
    entries.push([name, { durable: partial[2], source: `${name}.partial` }]);
  }
  return new Map(entries);
}

const names = (pieces: readonly { source: string }[]) => pieces.map(({ source }) => source);

describe('cover', () => {
  test('goes from the segment of the start to the end of the last whole one', () => {
    const found = cover({
      from: at(3) + 40n,
      segmentSize: SIZE,
      history: ONE,
      stored: stored([
        [1, 2],
        [1, 3],
        [1, 4],
      ]),
    });
    expect(names(found.pieces)).toEqual(['000000010000000000000003', '000000010000000000000004']);
    expect(found.end).toBe(at(5));
    expect(found.gap).toBeUndefined();
  });

  test('ends inside of the partial segment', () => {
    const found = cover({
      from: at(3),
      segmentSize: SIZE,
      history: ONE,
      stored: stored([[1, 3]], [1, 4, at(4) + 512n]),
    });
    expect(names(found.pieces).at(-1)).toBe('000000010000000000000004.partial');
    expect(found.end).toBe(at(4) + 512n);
    expect(found.gap).toBeUndefined();
  });

  test('stops at a missing segment and says which one and what is behind it', () => {
    const found = cover({
      from: at(3),
      segmentSize: SIZE,
      history: ONE,
      stored: stored([
        [1, 3],
        [1, 6],
        [1, 7],
      ]),
    });
    expect(found.end).toBe(at(4));
    expect(found.gap).toEqual({
      missing: '000000010000000000000004',
      next: '000000010000000000000006',
    });
  });

  test('a partial segment with a successor is a gap', () => {
    const found = cover({
      from: at(3),
      segmentSize: SIZE,
      history: ONE,
      stored: stored([[1, 4]], [1, 3, at(3) + 512n]),
    });
    expect(found.end).toBe(at(3) + 512n);
    expect(found.gap?.missing).toBe('000000010000000000000003');
  });

  test('takes the segment of a branch from the new timeline and ignores what was abandoned', () => {
    const found = cover({
      from: at(4),
      segmentSize: SIZE,
      history: TWO,
      stored: stored(
        [
          [1, 4],
          [1, 5],
          [1, 6],
          [1, 7],
          [2, 5],
        ],
        [2, 6, at(6) + 8n],
      ),
    });
    expect(names(found.pieces)).toEqual([
      '000000010000000000000004',
      '000000020000000000000005',
      '000000020000000000000006.partial',
    ]);
    expect(found.gap).toBeUndefined();
  });

  test('does not continue on the abandoned timeline where the new one has nothing', () => {
    const found = cover({
      from: at(4),
      segmentSize: SIZE,
      history: TWO,
      stored: stored([
        [1, 4],
        [1, 5],
        [1, 6],
      ]),
    });
    expect(found.end).toBe(at(5));
  });
});
