import { LogCut } from '../../../../../lib/engines/redis/aof/cut.ts';

const SET = '*1\r\n$4\r\nPING\r\n';
const at = (second: number): string => `#TS:${second}\r\n`;

/** Pieces that are known to be old enough, then others; each with the second at which it was looked at. */
function cut(untilSecond: number, old: string, younger: readonly [string, number][]): number {
  const log = new LogCut(untilSecond * 1000);
  log.push(Buffer.from(old));
  let from = old.length;
  let before = 100;
  for (const [text, seen] of younger) {
    log.beginYounger({ from }, new Date(before * 1000));
    if (log.position === undefined) log.push(Buffer.from(text));
    from += text.length;
    before = seen;
  }
  return log.position ?? log.boundary;
}

test('a second belongs to the log once it has passed', () => {
  const old = at(99) + SET;
  const younger = at(100) + SET + at(101) + SET + at(102) + SET;
  const upTo = (second: number) => cut(second, old, [[younger, 200]]) - old.length;
  expect(upTo(103)).toBe(younger.length);
  expect(upTo(102)).toBe(younger.indexOf(at(102)));
  expect(upTo(101.9)).toBe(younger.indexOf(at(101)));
  expect(upTo(100)).toBe(0);
});

test('what goes on in the second of the piece before is dated by that', () => {
  const old = at(100) + SET;
  expect(cut(150, old, [[SET + at(140) + SET, 200]])).toBe((old + SET + at(140) + SET).length);
  expect(cut(100.5, old, [[SET, 200]])).toBe(old.length);
});

test('what is not dated does not belong to it', () => {
  expect(cut(150, SET, [[SET, 200]])).toBe(SET.length);
  expect(cut(150, SET, [[SET + at(140) + SET, 200]])).toBe(SET.length);
});

test('annotations that were switched off long ago date nothing', () => {
  const old = at(90) + SET;
  expect(cut(150, old, [[SET, 200]])).toBe(old.length);
  expect(
    cut(150, old, [
      [at(120) + SET, 130],
      [SET, 200],
    ]),
  ).toBe((old + at(120) + SET).length);
});

test('goes on through several pieces', () => {
  const second = at(110) + SET;
  const third = SET + at(111) + SET;
  expect(
    cut(111, SET, [
      [at(105) + SET, 110],
      [second, 110],
      [third, 200],
    ]),
  ).toBe((SET + at(105) + SET + second + SET).length);
});
