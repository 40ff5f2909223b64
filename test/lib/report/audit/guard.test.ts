import { guardText } from '../../../../lib/report/audit/guard.ts';
import { FAILED, KEPT } from './example.ts';

const rulesOf = (text: string): string[] =>
  [...text.matchAll(/^rule (\w+)/gm)].map(([, name = '']) => name);

test('every class in use is kept by a rule in both regions, whatever it is called', () => {
  const rules = rulesOf(guardText(KEPT));
  const ending = KEPT.retention.filter(
    ({ stored, promisedDays, cold }) => stored.length > 0 && (promisedDays !== null || cold),
  );
  expect(ending.length).toBeGreaterThan(0);
  for (const row of ending) {
    const name = row.class.replaceAll('-', '_');
    expect(rules).toContain(`primary_keeps_${name}`);
    expect(rules).toContain(`replica_keeps_${name}`);
  }
  expect(new Set(rules).size).toBe(rules.length);
});

test('a rule says whose promise it is', () => {
  const row = KEPT.retention.find(({ tier, stored }) => tier !== null && stored.length > 0);
  expect(guardText(KEPT)).toContain(`${row?.source} ${row?.tier} ${row?.kind}`);
});

test('what a failed audit could not see is said at the top', () => {
  expect(guardText(KEPT)).not.toContain('# The audit failed');
  expect(guardText(FAILED)).toMatch(/^# The audit failed: what the files did not show/m);
});

test('where nothing is stored there is no rule, and the file says so', () => {
  const text = guardText({ ...KEPT, retention: [] });
  expect(rulesOf(text)).toEqual([]);
  expect(text).toContain('there is no rule to check');
});
