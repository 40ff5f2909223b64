import type { Severity } from '../../../../lib/plan/findings.ts';
import { findingsOf } from '../example.ts';

interface Case {
  readonly code: string;
  readonly severity: Severity;
  readonly path: string;
  readonly says: RegExp;
  /** A plan that has the finding, and one that is nearly the same and does not. */
  readonly fires: unknown;
  readonly silent: unknown;
}

/** Each finding is reported where it belongs, and nowhere else. */
export function testRules(cases: readonly Case[]): void {
  describe.each(cases)('$code ($severity)', ({ code, severity, path, says, fires, silent }) => {
    test('is reported', () => {
      expect(findingsOf(fires)).toContainEqual(
        expect.objectContaining({
          code,
          severity,
          path,
          message: expect.stringMatching(says),
          remedy: expect.stringMatching(/.{10}/),
        }),
      );
    });

    test('is not reported where nothing is wrong', () => {
      expect(findingsOf(silent).filter((f) => f.code === code && f.severity === severity)).toEqual(
        [],
      );
    });
  });
}
