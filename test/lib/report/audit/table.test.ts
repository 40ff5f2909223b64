import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Audit } from '../../../../lib/audit/model.ts';
import { auditText } from '../../../../lib/report/audit/table.ts';
import { KEPT } from './example.ts';

/** As a file or a pipe gets it. */
const text = (audit: Audit) => auditText(audit, new PassThrough());

/** The example with one problem, that breaks its first row. */
function broken(): Audit {
  const audit = structuredClone(KEPT);
  const [row] = audit.retention;
  if (!row?.stored[1]) throw new Error('the example has no row in two regions');
  row.kept = false;
  row.stored[1].visibleDays = 3;
  const place = { file: 'aws/shop.template.json', line: 214, resource: 'Backups' };
  audit.problems = [{ place, message: 'days differ', remedy: 'set them' }];
  return audit;
}

describe('the table', () => {
  test('ends with whether everything is kept', () => {
    const sound = { ...KEPT, problems: [] };
    expect(text(sound).split('\n').at(-1)).toMatch(/^✓ \d+ files keep \d+ promises/);
    expect(text(broken()).split('\n').at(-1)).toMatch(/^✗ 1 problem: /);
  });

  test('cites a problem as an editor opens it, with what to do', () => {
    expect(text(broken())).toContain(
      '    aws/shop.template.json:214  Backups\n      days differ\n      → set them\n',
    );
  });

  test('marks the row that is broken, and shows both regions where they differ', () => {
    const marked = text(broken())
      .split('\n')
      .filter((line) => /^ {6}✗ (?!RPO|RTO|any moment)/.test(line));
    expect(marked).toHaveLength(1);
    expect(marked[0]).toMatch(/ d \/ 3 d /);
  });

  test('says whom alarms tell, and what no drill has measured', () => {
    const undrilled = structuredClone(KEPT);
    for (const objective of undrilled.objectives) objective.measuredRtoSeconds = null;
    expect(text(undrilled)).toMatch(/· RTO .*: no drill on record has measured it/);
    expect(text(KEPT)).toMatch(/told: .*\S+@\S+/);
  });

  test('has no blanks at the ends of lines, and colours for a terminal only', () => {
    expect(text(broken())).not.toMatch(/ $/m);
    expect(stripVTControlCharacters(text(broken()))).toBe(text(broken()));
  });
});
