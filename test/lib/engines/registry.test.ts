import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sourceSchema } from '../../../lib/engines/registry.ts';
import { compiledSourceSchema } from '../../../lib/plan/compiled.ts';
import * as language from '../../../lib/plan/language.ts';

const ENGINES = [
  'clickhouse',
  'command',
  'configuration',
  'kafka',
  'kubernetes',
  'mongodb',
  'objects',
  'postgresql',
  'redis',
  'secrets',
  'vectorizer',
  'weaviate',
];

test('knows the twelve engines, written and compiled', () => {
  const namesOf = (options: readonly { shape: { engine: { value: string } } }[]): string[] =>
    options.map(({ shape }) => shape.engine.value).sort();
  expect(namesOf(sourceSchema.options)).toEqual(ENGINES);
  expect(namesOf(compiledSourceSchema.options)).toEqual(ENGINES);
});

test('has a folder for each engine, and no other', async () => {
  const folder = join(resolve(import.meta.dirname, '../../..'), 'lib/engines');
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(names.sort()).toEqual(ENGINES);
});

test.each(ENGINES)('plans say %s with a word of that name', (engine) => {
  const word: unknown = (language as Record<string, unknown>)[engine];
  expect(word).toBeInstanceOf(Function);
  expect((word as (source: unknown) => unknown)({})).toEqual({ engine });
});
