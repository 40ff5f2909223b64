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

  test('says what a month costs, the regions together, and whose size nobody knows', () => {
    const lines = text(KEPT)
      .split('\n')
      .map((line) => line.trim());
    expect(lines).toContain(
      '$302 a month without cache: storage $159, copying $110, verifying $14.18, keys and alarms $7.40, requests $4.40',
    );
    expect(lines.find((line) => line.startsWith('database  full daily'))).toMatch(
      /30d +STANDARD +6\.2 TiB +\$146 +\$3\.88 +\$106 +\$7\.09 +\$263$/,
    );
    expect(lines.find((line) => line.startsWith('not counted'))).toContain('not known: cache.');
    expect(lines.find((line) => line.startsWith('once as much'))).toMatch(
      /times eu-central-1 by 1\.07; .* at the same prices, as the table does not know it$/,
    );
  });

  test('says from how many days on a storage class pays', () => {
    expect(text(KEPT)).toMatch(/GLACIER_IR +\$0\.004 +90 d +at once +from 52 d on\n/);
    expect(text(KEPT)).toMatch(/DEEP_ARCHIVE +\$0\.00099 +180 d +after hours +never\n/);
  });

  test('has no costs of an audit that was made without', () => {
    expect(text({ ...KEPT, costs: null })).not.toMatch(/^ {2}Costs$/m);
  });

  test('has no blanks at the ends of lines, and colours for a terminal only', () => {
    expect(text(broken())).not.toMatch(/ $/m);
    expect(stripVTControlCharacters(text(broken()))).toBe(text(broken()));
  });
});
