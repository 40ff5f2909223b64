import { PassThrough } from 'node:stream';
import { diffPromises } from '../../../lib/audit/diff/diff.ts';
import type { Audit } from '../../../lib/audit/model.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { full } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { diffText } from '../../../lib/report/audit/diff/text.ts';
import { auditText } from '../../../lib/report/audit/table.ts';
import { findingsText } from '../../../lib/report/findings.ts';
import { shown, shownOnOneLine } from '../../../lib/report/shown.ts';
import { promises } from '../audit/diff/versions.ts';
import { protect } from '../plan/example.ts';
import { KEPT } from './audit/example.ts';

/** Clears the line above, turns the writing around, and begins a line of its own. */
const HOSTILE =
  'all is well, says the owner\u001b[1A\u001b[2K\u202e\r\n✓ 12 files keep 99 promises';
const PRINTED =
  'all is well, says the owner\\u{1b}[1A\\u{1b}[2K\\u{202e} ✓ 12 files keep 99 promises';

/** A plan that loses more than its objective, and accepts that. */
const accepting = (reason: string): PlanInput => ({
  ...protect(full({ at: '03:00', keep: '30d' })),
  exemptions: [{ code: 'TM101', path: 'objectives', reason }],
});
const stream = new PassThrough();

describe('what a person wrote', () => {
  test('is printed with its control characters as codes', () => {
    expect(shown('a\u001b[31mb\u0007\u009b')).toBe('a\\u{1b}[31mb\\u{7}\\u{9b}');
    expect(shown('two\nlines\tof می\u200cخواهم')).toBe('two\nlines\tof می\u200cخواهم');
    expect(shownOnOneLine(HOSTILE)).toBe(PRINTED);
  });

  test('cannot speak to the terminal by findings', () => {
    const { findings } = compile(accepting(HOSTILE), 'production');
    expect(findingsText(findings, stream).split('\n')).toContain(`        accepted: ${PRINTED}`);
  });

  test('nor by what changes', () => {
    const before = promises(accepting('what is lost can be typed in again'));
    const changes = diffPromises(before, promises(accepting(HOSTILE)));
    const text = diffText([{ plan: 'shop', environment: 'production', changes }], 'main', stream);
    expect(text).toContain(PRINTED);
  });

  test('nor by an audit, whichever text it is in', () => {
    const audit: Audit = structuredClone({ ...KEPT, title: HOSTILE });
    for (const finding of audit.findings) finding.reason = HOSTILE;
    for (const row of audit.retention) row.source += HOSTILE;
    const text = auditText(audit, stream);
    expect(text).toContain(PRINTED);
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\u202e/u);
    expect(text).not.toMatch(/^✓ 12 files/m);
    expect(audit.title).toBe(HOSTILE);
  });
});
