import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const sources = readdirSync(join(ROOT, 'lib/plan'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('schema.ts'))
  .map((file) => read(join('lib/plan', file)));
const codes = (text: string): string[] =>
  [...new Set(text.match(/'TM\d{3}'/g))].map((code) => code.slice(1, -1)).sort();

test('every finding has a section in docs/findings.md, in order, and no section is left over', () => {
  const sections = [...read('docs/findings.md').matchAll(/^### (TM\d{3}) /gm)].map(
    ([, code]) => code,
  );
  expect(sections).toEqual(codes(sources.join('\n')));
});

test('every finding has a test', () => {
  const tests = ['form', 'rules', 'recovery', 'alarms']
    .map((name) => read(`test/lib/plan/${name}.test.ts`))
    .join('\n');
  expect(codes(sources.join('\n')).filter((code) => !tests.includes(`'${code}'`))).toEqual([]);
});
