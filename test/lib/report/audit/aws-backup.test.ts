import { PassThrough } from 'node:stream';
import type { Audit } from '../../../../lib/audit/model.ts';
import { csvText } from '../../../../lib/report/audit/csv.ts';
import { htmlText } from '../../../../lib/report/audit/html/html.ts';
import { auditText } from '../../../../lib/report/audit/table.ts';
import { KEPT } from './example.ts';
import { AWS_BACKUP } from './example-aws-backup.ts';
import { readCsv } from './read-csv.ts';

const WITH: Audit = { ...KEPT, awsBackup: AWS_BACKUP };

function broken(): Audit {
  const [first, ...rest] = structuredClone(AWS_BACKUP);
  if (!first?.points[1]) throw new Error('the example has a rule in two regions');
  first.kept = false;
  first.points[1].keepDays = 7;
  return { ...KEPT, awsBackup: [first, ...rest] };
}

describe('the table', () => {
  const text = (audit: Audit) => auditText(audit, new PassThrough());

  test('has a line for each rule, with what both vaults keep', () => {
    expect(text(WITH)).toMatch(
      /^ {6}✓ yearly +.* 2557 d +2557 d +2557 d +after 30 d +eu-central-1:3140$/m,
    );
    expect(text(WITH)).toMatch(
      /^ {6}✓ continuous +continuous +35 d +35 d +none +no +eu-central-1:3200$/m,
    );
    expect(text(broken())).toMatch(/^ {6}✗ monthly +.* 366 d +366 d +7 d /m);
  });

  test('says what is tried by a restore and what is not, and what the vaults allow', () => {
    expect(text(WITH)).toMatch(
      /tried by a restore on day 2 of every month at 06:30 UTC \(eu-central-1:3300\)/,
    );
    expect(text(WITH)).toContain('never tried by a restore');
    expect(text(WITH)).toContain('locked in governance mode: 35 d at least, 2557 d at most');
    expect(text(KEPT)).not.toContain('AWS Backup');
  });

  test('counts the rules among the promises', () => {
    const promises = (audit: Audit) => Number(/keep (\d+) promises/.exec(text(audit))?.[1]);
    expect(promises(WITH) - promises(KEPT)).toBe(AWS_BACKUP.length);
  });
});

test('the spreadsheet has a row for each rule in each region', () => {
  const [head = [], ...rows] = readCsv(csvText(WITH));
  const of = rows.filter((row) => row[head.indexOf('engine')]?.startsWith('AWS Backup: '));
  const cells = (column: string) => of.map((row) => row[head.indexOf(column)]);
  expect(of).toHaveLength(5);
  expect(cells('bucket')).toEqual(Array(5).fill('shop-production-vault'));
  expect(cells('visible days')).toEqual(['366', '366', '2557', '2557', '35']);
  expect(cells('replicated to')).toEqual(['eu-west-1', '', 'eu-west-1', '', 'nowhere']);
  expect(cells('kept')).toEqual(Array(5).fill('yes'));
});

describe('the report', () => {
  const section = (audit: Audit) =>
    htmlText(audit)
      .split('<section ')
      .find((part) => part.includes('<h2 id="aws-backup">')) ?? '';

  test('has every rule and both vaults, and no such part where the plan asks nothing of AWS Backup', () => {
    const rows = section(WITH).match(/<th role="rowheader" scope="row">/g) ?? [];
    expect(rows).toHaveLength(AWS_BACKUP.length + 2);
    expect(section(WITH)).toContain('every moment of them');
    expect(section(KEPT)).toBe('');
  });

  test('does not say yes where a rule is not kept', () => {
    expect(htmlText(broken())).toMatch(/No: 1 of \d+ is not\./);
    expect(section(broken())).toContain('not kept');
  });
});
