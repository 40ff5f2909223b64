import fc from 'fast-check';
import { diffLines } from '../../../lib/audit/line-diff.ts';

/** Length of the longest common subsequence, by the textbook's table. */
function common(a: readonly string[], b: readonly string[]): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const line of a) {
    let diagonal = 0;
    b.forEach((other, j) => {
      const above = row[j + 1] ?? 0;
      row[j + 1] = line === other ? diagonal + 1 : Math.max(above, row[j] ?? 0);
      diagonal = above;
    });
  }
  return row[b.length] ?? 0;
}

const text = fc.array(fc.constantFrom('{', '}', 'a', 'b'), { maxLength: 14 });

describe('diffLines', () => {
  test('turns one text into the other, and leaves what both have as long as it can be', () => {
    fc.assert(
      fc.property(text, text, (found, derived) => {
        let at = 0;
        let same = 0;
        const result: string[] = [];
        for (const hunk of diffLines(found, derived)) {
          same += hunk.found[0] - at;
          result.push(...found.slice(at, hunk.found[0]), ...derived.slice(...hunk.derived));
          at = hunk.found[1];
        }
        result.push(...found.slice(at));
        expect(result).toEqual(derived);
        expect(same + found.length - at).toBe(common(found, derived));
      }),
      { numRuns: 2000 },
    );
  });

  test('takes texts without anything in common as one difference', () => {
    const lines = (letter: string) => Array.from({ length: 5000 }, (_, n) => `${letter}${n}`);
    expect(diffLines(lines('a'), lines('b'))).toEqual([{ found: [0, 5000], derived: [0, 5000] }]);
  });
});
