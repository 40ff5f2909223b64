import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const DOCS = resolve(import.meta.dirname, '../../docs');
const text = readFileSync(join(DOCS, 'threat-model.md'), 'utf8');
const [, table = ''] = /^\| claim \| test \|\n\|[-|]+\n(.*?)\n\n/ms.exec(text) ?? [];

const files = new Map(
  [...text.matchAll(/\[([\w-]+)\]\((\.\.\/test\/[^)]+)\)/g)].map(([, name = '', path = '']) => [
    name,
    readFileSync(join(DOCS, path), 'utf8'),
  ]),
);

test.each(table.split('\n'))('%s', (row) => {
  const [, , tests = ''] = row.split('|');
  const titles = [...tests.matchAll(/`([^`]+)`/g)].map(([, title = '']) => title);
  const sources = [...files.values()];
  const unknown = titles.filter((title) => !sources.some((source) => source.includes(title)));
  expect(unknown).toEqual([]);
  expect(tests).toMatch(/\.test\.ts\)|the same|stolen-credentials/);
});
