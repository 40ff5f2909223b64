import fc from 'fast-check';
import { axis } from '../../../../../lib/report/audit/html/axis.ts';

const DAY = 86_400;
const years = (n: number) => Math.round(n * 365.25) * DAY;

describe('the axis', () => {
  test('ends at the first mark that the longest age fits in', () => {
    expect(axis([3 * DAY, 20 * DAY]).ticks.map(({ label }) => label)).toEqual([
      'now',
      '1 h',
      '1 d',
      '7 d',
      '30 d',
    ]);
  });

  test('has a mark of its own for an age above all others', () => {
    const { ticks, at } = axis([years(30)]);
    expect(ticks.at(-1)).toEqual({ at: 1, label: '30 y' });
    expect(at(years(30))).toBe(1);
  });

  test('has a stretch for what is kept for ever, behind all that ends', () => {
    const { ticks, at } = axis([30 * DAY, Number.POSITIVE_INFINITY]);
    expect(ticks.at(-1)).toEqual({ at: 1, label: '∞' });
    expect(at(30 * DAY)).toBeCloseTo(0.8);
    expect(at(Number.POSITIVE_INFINITY)).toBe(1);
  });

  test('stands even where there is nothing to show', () => {
    expect(axis([]).at(DAY)).toBe(1);
  });

  test('puts an older age further back', () => {
    const { at } = axis([years(7), Number.POSITIVE_INFINITY]);
    const age = fc.integer({ min: 0, max: years(7) });
    fc.assert(
      fc.property(age, age, (a, b) => {
        if (a !== b) expect(Math.sign(at(a) - at(b))).toBe(Math.sign(a - b));
      }),
    );
  });
});
