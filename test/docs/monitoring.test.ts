import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ruleGroups } from '../../k8s/charts/monitoring/rule-groups.ts';
import { GAUGES } from '../../lib/exporter/gauges.ts';
import { MONITORING } from '../k8s/charts/monitoring/cases/alert-case.ts';
import { compiledPlan } from '../k8s/compiled-plan.ts';

const page = (path: string): string =>
  readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');
const text = page('docs/monitoring.md');
const rules = ruleGroups(compiledPlan({ monitoring: MONITORING })).flatMap((group) => group.rules);

/** Names in the first column of the table under a heading. */
function tableOf(heading: string, name: RegExp): string[] {
  const section = text.split(/^## /m).find((one) => one.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => line.split('|')[1]?.match(name) ?? [])
    .sort();
}

test('every metric of ours is in the table, and nothing else', () => {
  const names = Object.values(GAUGES).map(({ name }) => name);
  expect(tableOf('Metrics', /\btidemark_[a-z_]+/g)).toEqual(
    names.filter((name) => name.startsWith('tidemark_')).sort(),
  );
});

test('every alert is in the table, and nothing else', () => {
  expect(tableOf('Alerts', /\bTidemark[A-Za-z]+/g)).toEqual(rules.map(({ alert }) => alert).sort());
});

test('what every alert says to read is there', () => {
  for (const { alert, annotations } of rules) {
    const [, path = '', anchor = ''] = /See (\S+)#(\S+)$/.exec(annotations.description) ?? [];
    const headings = page(path)
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .map((line) => line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'));
    expect([alert, headings]).toEqual([alert, expect.arrayContaining([anchor])]);
  }
});
