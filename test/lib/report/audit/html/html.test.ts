import { type Audit, auditSchema } from '../../../../../lib/audit/model.ts';
import { htmlText } from '../../../../../lib/report/audit/html/html.ts';
import { FAILED, KEPT } from '../example.ts';
import { HOSTILE, hostile } from '../hostile.ts';

const section = (text: string, id: string): string =>
  text.split('<section ').find((part) => part.includes(`<h2 id="${id}">`)) ?? '';

describe('the report of an audit', () => {
  test('answers first whether every promise is kept', () => {
    const text = htmlText({ ...KEPT, findings: [], objectives: KEPT.objectives.slice(0, 1) });
    expect(text).toMatch(/<h1>.*Is every promise kept\?.*Yes, all 14\..*<\/h1>/);
    expect(text).not.toContain('id="problems"');
  });

  test('counts accepted exceptions in the answer, and gives their reasons', () => {
    const text = htmlText(KEPT);
    expect(text).toContain('Yes, with 2 written exceptions.');
    expect(section(text, 'findings')).toContain('The cache can be filled again from the database');
  });

  test('names what is broken before anything else, with its place and its remedy', () => {
    const text = htmlText(FAILED);
    expect(text).toContain('No: 2 of 22 are not.');
    expect(text.indexOf('id="problems"')).toBeLessThan(text.indexOf('id="restorable"'));
    expect(section(text, 'problems')).toContain('aws/shop-production-eu-west-1.template.json:611');
    expect(section(text, 'problems')).toContain('synthesise the template again');
  });

  test('does not say yes where the files have a problem that is about no promise', () => {
    const problem = { place: null, message: 'a file was edited', remedy: 'synthesise it again' };
    expect(htmlText({ ...KEPT, problems: [problem] })).toContain('No: there is 1 problem.');
  });

  test('takes no exemption for a row that the files do not keep', () => {
    const rows = KEPT.objectives.map((one) => ({ ...one, rpoProven: one.source !== 'database' }));
    expect(section(htmlText({ ...KEPT, objectives: rows }), 'proofs')).toContain('broken');
  });

  test('holds every row, objective, alert, check, drill, control and file of the audit', () => {
    const text = htmlText(KEPT);
    const rows = (id: string) =>
      section(text, id).match(/<th role="rowheader" scope="row">/g) ?? [];
    expect(rows('matrix')).toHaveLength(KEPT.retention.length + 2);
    expect(rows('proofs')).toHaveLength(KEPT.objectives.length);
    expect(rows('alerts')).toHaveLength(KEPT.alerts.length);
    expect(rows('verification')).toHaveLength(KEPT.verification.length);
    expect(rows('drills')).toHaveLength(KEPT.drills.length);
    expect(rows('controls')).toHaveLength(KEPT.controls.length);
    const { costs } = KEPT;
    if (!costs) throw new Error('the example has costs');
    expect(rows('costs')).toHaveLength(
      costs.rows.length + costs.fixed.length + costs.storageClasses.length,
    );
    for (const { file, sha256 } of KEPT.files) {
      expect(section(text, 'files')).toContain(file);
      expect(section(text, 'files')).toContain(sha256);
    }
  });

  test('draws one picture for each source, with the same words in a table', () => {
    const text = section(htmlText(KEPT), 'restorable');
    expect(text.match(/<svg class="timeline" role="img"/g)).toHaveLength(6);
    expect(text).toContain('up to 30 d: a recovery point every day.');
    expect(text).toContain('<td role="cell" data-label="Restorable">every day</td>');
  });

  test('claims no window of moments that no job keeps, and no days of a bucket that is not there', () => {
    const without = KEPT.retention.map((row) => ({ ...row, notDerived: 'no job', job: null }));
    const text = htmlText({ ...KEPT, retention: without });
    expect(section(text, 'restorable')).not.toContain('any moment of the last');
    expect(section(text, 'proofs')).toContain('no job does');
    const gone = KEPT.retention.map((row) => ({
      ...row,
      stored: row.stored.map((one) => ({ ...one, visibleDays: null, place: null })),
    }));
    const matrix = section(htmlText({ ...KEPT, retention: gone }), 'matrix');
    expect(matrix).toContain('no bucket in the files');
    expect(matrix).not.toContain('visible for ever');
  });

  test('says what a month costs, at whose prices, and what is not counted', () => {
    const text = section(htmlText(KEPT), 'costs');
    expect(text).toContain('<strong>$302</strong> a month without cache: storage $159');
    expect(text).toContain('list prices of us-east-1 of 2026-07-01');
    expect(text).toMatch(/not counted.*as nobody says how large they are: .*cache/);
    expect(text).toContain('after a year, and growing');
    expect(section(htmlText({ ...KEPT, costs: null }), 'costs')).toContain('computed no costs');
  });

  test('is the same bytes for the same audit', () => {
    const again: Audit = auditSchema.parse(JSON.parse(JSON.stringify(KEPT)));
    expect(htmlText(again)).toBe(htmlText(KEPT));
  });

  test('lets no text of the audit become a tag, an attribute or a style', () => {
    const tags = (text: string) => text.match(/<\/?[a-z!][a-z0-9]*/gi);
    // The exemption of the cache is found by its name, which is another one then.
    const audit = { ...FAILED, objectives: FAILED.objectives.filter((one) => one.rpoProven) };
    const text = htmlText(hostile(audit));
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain(HOSTILE);
    expect(tags(text)).toEqual(tags(htmlText(audit)));
  });

  test('shows control and direction characters as what they are', () => {
    const text = htmlText({ ...KEPT, title: 'kept \u202etpek\u0000' });
    expect(text).toContain('kept \\u{202e}tpek\\u{0}');
  });

  test('links runbooks only to the web', () => {
    const [alert] = KEPT.alerts;
    if (alert === undefined) throw new Error('the example has no alert');
    const text = htmlText({ ...KEPT, alerts: [{ ...alert, runbook: 'javascript:alert(1)' }] });
    expect(text).not.toContain('href="javascript:');
    expect(htmlText(KEPT)).toContain('href="https://runbooks.shop.example/');
  });

  test('loads nothing and runs nothing', () => {
    const text = htmlText(KEPT);
    expect(text).toContain("default-src 'none'");
    expect(text).not.toMatch(/<(script|link|img|iframe|object|embed)\b/);
    expect(text).not.toMatch(/\s(src|srcset|on[a-z]+|style)=/);
    expect(text).not.toMatch(/@import|url\(/);
  });

  test('says so where a part of the audit is empty', () => {
    const empty = { retention: [], objectives: [], alerts: [], verification: [], drills: [] };
    const text = htmlText({ ...KEPT, ...empty, controls: [], findings: [], files: [] });
    for (const line of ['holds no alert', 'Nothing is verified', 'No drill is on record']) {
      expect(text.replace('files hold', 'holds')).toContain(line);
    }
  });
});
