import fc from 'fast-check';
import { type Lane, lanes, steps } from '../../../../../lib/report/audit/html/reach.ts';
import { stepText } from '../../../../../lib/report/audit/html/words.ts';
import { FAILED, KEPT } from '../example.ts';

function words(audit: typeof KEPT, source: string): string[] {
  const rows = audit.retention.filter((row) => row.source === source);
  const objective = audit.objectives.find((one) => one.source === source);
  return steps(lanes(rows, objective)).map(stepText);
}

describe('what can be restored', () => {
  test('is fine near now and coarser back; a row without a job adds nothing', () => {
    expect(words(KEPT, 'database')).toEqual([
      'newest 1 min 30 s: not stored yet, at worst',
      'up to 6 d: any moment',
      'up to 30 d: a recovery point every day',
      'up to 90 d: a recovery point every week',
      'up to 366 d: a recovery point every month',
      'over 366 d: nothing',
    ]);
  });

  test('has a hole where a rare backup can still be missing', () => {
    expect(words(KEPT, 'events').slice(2, 5)).toEqual([
      'up to 90 d: a recovery point every week',
      'up to 366 d 6 h: nothing',
      'up to 2557 d: a recovery point every year',
    ]);
  });

  test('ends where the files end, not where the promise does', () => {
    expect(words(FAILED, 'events')).toContain('up to 60 d: a recovery point every week');
  });

  test('has no end for what is kept for ever', () => {
    expect(words(KEPT, 'settings').at(-1)).toBe('over 1 d 6 h: a recovery point every day');
  });

  test('is nothing at all where no file keeps a row', () => {
    const rows = KEPT.retention
      .filter(({ source }) => source === 'cache')
      .map((row) => ({ ...row, stored: [], kept: false }));
    expect(steps(lanes(rows, undefined)).map(stepText)).toEqual(['any: nothing']);
  });

  test('of any age is the finest lane that reaches there', () => {
    const [row] = KEPT.retention;
    if (row === undefined) throw new Error('the example has no row');
    const seconds = fc.integer({ min: 1, max: 4000 }).map((hours) => hours * 3600);
    const lane = fc
      .tuple(seconds, seconds, fc.oneof(seconds, fc.constant(Number.POSITIVE_INFINITY)))
      .map(([grainSeconds, fromSeconds, toSeconds]): Lane => {
        return { row, grainSeconds, fromSeconds, toSeconds };
      });
    const all = fc
      .array(lane, { maxLength: 6 })
      .map((some) => some.toSorted((a, b) => a.grainSeconds - b.grainSeconds));
    fc.assert(
      fc.property(all, fc.double({ min: 0, max: 5000 * 3600, noNaN: true }), (some, age) => {
        const covering = some.find(
          ({ fromSeconds, toSeconds }) => fromSeconds < age && age < toSeconds,
        );
        const found = steps(some).find(
          ({ fromSeconds, toSeconds }) => fromSeconds < age && age < toSeconds,
        );
        // At a boundary itself either answer is right.
        if (found !== undefined) expect(found.lane).toBe(covering ?? null);
      }),
    );
  });

  test('is told in steps that follow one another without a gap', () => {
    const found = steps(lanes(KEPT.retention, KEPT.objectives[0]));
    expect(found[0]?.fromSeconds).toBe(0);
    expect(found.at(-1)?.toSeconds).toBe(Number.POSITIVE_INFINITY);
    for (const [i, step] of found.slice(1).entries()) {
      expect(step.fromSeconds).toBe(found[i]?.toSeconds);
      expect(step.toSeconds).toBeGreaterThan(step.fromSeconds);
    }
  });
});
