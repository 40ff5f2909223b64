import { compile } from '../../../../lib/plan/compile.ts';
import { plan, source } from '../example.ts';

/** Plans that the type checker would refuse, as a person without an editor writes them. */
export const written = (changes: Record<string, unknown>): unknown => ({ ...plan(), ...changes });

export const rows = (...of: unknown[]): unknown =>
  written({ sources: { database: { ...source(), protect: of } } });

interface Mistake {
  readonly code: string;
  readonly what: string;
  readonly path: string;
  readonly fires: unknown;
  readonly message: RegExp;
  readonly remedy: RegExp;
}

/** Each is an error with its path, what was found and what to write. */
export function describeMistakes(mistakes: readonly Mistake[]): void {
  test.each(mistakes)('$code: $what', ({ code, path, fires, message, remedy }) => {
    const { compiled, findings } = compile(fires, 'production');
    expect(compiled).toBeUndefined();
    expect(findings).toContainEqual(
      expect.objectContaining({
        code,
        severity: 'error',
        path,
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(remedy),
      }),
    );
  });
}
