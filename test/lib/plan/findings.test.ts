import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const textOf = (folder: string, files: RegExp): string =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => files.test(file))
    .map((file) => read(join(folder, file)))
    .join('\n');

const sources =
  textOf('lib/plan', /(?<!schema)\.ts$/) + textOf('lib/engines', /^(.*\/)?plan-\w+\.ts$/);
const codes = (text: string): string[] =>
  [...new Set(text.match(/'TM\d{3}'/g))].map((code) => code.slice(1, -1)).sort();

test('every finding has a section in docs/findings.md, in order, and no section is left over', () => {
  const sections = [...read('docs/findings.md').matchAll(/^### (TM\d{3}) /gm)].map(
    ([, code]) => code,
  );
  expect(sections).toEqual(codes(sources));
});

test('every finding has a test', () => {
  const tests = textOf('test/lib', /^(plan|engines)\/.*\.test\.ts$/);
  expect(codes(sources).filter((code) => !tests.includes(`'${code}'`))).toEqual([]);
});
