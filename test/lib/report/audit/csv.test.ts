import { csvCell, csvText } from '../../../../lib/report/audit/csv.ts';
import { KEPT } from './example.ts';
import { readCsv } from './read-csv.ts';

describe('a cell', () => {
  test.each([
    [null, ''],
    [undefined, ''],
    [30, '30'],
    [true, 'true'],
    ['plain', 'plain'],
    ['a, b', '"a, b"'],
    ['say "no"', '"say ""no"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("https://example.com")', '"\'=HYPERLINK(""https://example.com"")"'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
  ])('%j is written as %s', (cell, text) => {
    expect(csvCell(cell)).toBe(text);
  });
});

describe('the matrix as CSV', () => {
  const [head = [], ...rows] = readCsv(csvText(KEPT));
  const cellsOf = (column: string) => rows.map((row) => row[head.indexOf(column)]);

  test('has a row for each promise in each region, every one as long as the head', () => {
    const stored = KEPT.retention.flatMap((row) => row.stored);
    expect(stored.length).toBeGreaterThan(0);
    expect(cellsOf('bucket').filter((bucket) => bucket !== '')).toEqual(
      stored.map(({ bucket }) => bucket),
    );
    expect(rows.every((row) => row.length === head.length)).toBe(true);
  });

  test('has what each promise stores and costs in a region, and nothing where the size is not known', () => {
    const cost = (source: string, role: string, tier: string) => {
      const found = rows.find(
        (row) =>
          row[head.indexOf('source')] === source &&
          row[head.indexOf('role')] === role &&
          row[head.indexOf('tier')] === tier,
      );
      return ['stored bytes', 'usd a month'].map((column) => found?.[head.indexOf(column)]);
    };
    expect(cost('database', 'primary', 'daily')).toEqual([`${3183 * 1024 ** 3}`, '188.19']);
    expect(cost('cache', 'primary', 'hourly')).toEqual(['', '']);
  });

  test('ends every line with CR and LF', () => {
    const text = csvText(KEPT);
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  test('tells a promise without an end from a number', () => {
    const audit = structuredClone(KEPT);
    const [row] = audit.retention;
    if (!row?.stored[0]) throw new Error('the example stores nothing');
    row.promisedDays = null;
    row.stored[0].visibleDays = null;
    const [first] = readCsv(csvText(audit)).slice(1);
    expect(first?.[head.indexOf('promised days')]).toBe('for ever');
    expect(first?.[head.indexOf('visible days')]).toBe('for ever');
  });

  test('keeps a row that is stored nowhere, with the reason', () => {
    const audit = structuredClone(KEPT);
    const [row] = audit.retention;
    if (!row) throw new Error('the example has no row');
    Object.assign(row, { stored: [], notDerived: 'the log covers it', kept: false });
    const [first] = readCsv(csvText(audit)).slice(1);
    expect(first?.[head.indexOf('kept')]).toBe('not derived');
    expect(first?.[head.indexOf('region')]).toBe('');
    expect(first?.[head.indexOf('not derived because')]).toBe('the log covers it');
  });
});
