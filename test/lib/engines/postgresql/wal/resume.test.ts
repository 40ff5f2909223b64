import { startOf, storedUpTo } from '../../../../../lib/engines/postgresql/wal/resume.ts';

const SIZE = 0x100;
const FIRST = [{ timeline: 1, from: 0n, to: undefined }];
const PROMOTED = [
  { timeline: 1, from: 0n, to: 0x480n },
  { timeline: 3, from: 0x480n, to: undefined },
];

describe('what is stored of a history', () => {
  test('nothing', () => {
    expect(storedUpTo(FIRST, new Map(), SIZE)).toBeUndefined();
  });

  test('whole segments and a partial one', () => {
    const ends = new Map([[1, { whole: 0x300n, since: 0x100n, durable: 0x340n }]]);
    expect(storedUpTo(FIRST, ends, SIZE)).toEqual({
      timeline: 1,
      lsn: 0x300n,
      since: 0x100n,
      durable: 0x340n,
    });
  });

  test('a partial segment only', () => {
    const ends = new Map([[1, { whole: undefined, since: 0x200n, durable: 0x300n }]]);
    expect(storedUpTo(FIRST, ends, SIZE)).toMatchObject({ lsn: 0x200n, durable: 0x300n });
  });

  test('up to where the timeline ended: the next one begins in the same segment', () => {
    const ends = new Map([[1, { whole: 0x400n, since: 0n, durable: 0x480n }]]);
    expect(storedUpTo(PROMOTED, ends, SIZE)).toMatchObject({
      timeline: 3,
      lsn: 0x400n,
      durable: 0x480n,
    });
  });

  test('beyond where the timeline ended: what was abandoned does not count', () => {
    const ends = new Map([[1, { whole: 0x800n, since: 0n, durable: 0x810n }]]);
    expect(storedUpTo(PROMOTED, ends, SIZE)).toMatchObject({ timeline: 3, lsn: 0x400n });
  });

  test('less than where the timeline ended: the rest of it comes first', () => {
    const ends = new Map([[1, { whole: 0x300n, since: 0n, durable: 0x310n }]]);
    expect(storedUpTo(PROMOTED, ends, SIZE)).toMatchObject({ timeline: 1, lsn: 0x300n });
  });

  test('a timeline that the server does not descend from', () => {
    const ends = new Map([
      [1, { whole: 0x300n, since: 0n, durable: 0x310n }],
      [2, { whole: 0x900n, since: 0x400n, durable: 0x900n }],
    ]);
    expect(storedUpTo(PROMOTED, ends, SIZE)).toMatchObject({ timeline: 1, lsn: 0x300n });
  });
});

describe('where to start', () => {
  const stored = { timeline: 1, lsn: 0x300n, since: 0n, durable: 0x340n };

  test('at the slot of an empty store', () => {
    expect(startOf({ timeline: 1, lsn: 0x200n }, undefined)).toEqual({ timeline: 1, lsn: 0x200n });
  });

  test('at the slot although more is stored', () => {
    expect(startOf({ timeline: 1, lsn: 0x200n }, stored)).toEqual({ timeline: 1, lsn: 0x200n });
  });

  test('where the store ends if the slot stands behind', () => {
    expect(startOf({ timeline: 1, lsn: 0x500n }, stored)).toEqual({ timeline: 1, lsn: 0x300n });
  });
});
