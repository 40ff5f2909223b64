import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { compile } from '../../lib/plan/compile.ts';
import { ENVIRONMENT_RETENTION } from '../../lib/plan/environments.ts';
import { type PlanInput, planSchema } from '../../lib/plan/schema.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const SCRIPT = `
  import { loadPlan } from '${join(ROOT, 'lib/plan/load.ts')}';
  const plans = [];
  for (const path of JSON.parse(process.argv[1])) plans.push(await loadPlan(path));
  console.log(JSON.stringify(plans));
`;

let text: string;
let examples: PlanInput[];

/** Loads the examples as a reader would: each in a file of its own, outside of the repository. */
beforeAll(async () => {
  text = await readFile(join(ROOT, 'docs/plan.md'), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-examples-'));
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const paths = blocks.map((_, index) => join(folder, `${index}.ts`));
  await Promise.all(blocks.map((block, index) => writeFile(paths[index] ?? '', block)));
  const argv = ['--input-type=module', '--eval', SCRIPT, JSON.stringify(paths)];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  examples = JSON.parse(stdout);
  await rm(folder, { recursive: true });
});

test('the examples compile for each of their environments without an error or a warning', () => {
  const found = examples.flatMap((plan) =>
    Object.keys(plan.environments).flatMap((environment) =>
      compile(plan, environment).findings.filter(
        ({ severity }) => severity === 'error' || severity === 'warning',
      ),
    ),
  );
  expect(examples).toHaveLength(3);
  expect(found).toEqual([]);
});

test('every key of the language is described', () => {
  const keys = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      if (name === 'properties') for (const key of Object.keys(value)) keys.add(key);
      collect(value);
    }
  };
  collect(z.toJSONSchema(planSchema, { io: 'input', unrepresentable: 'any' }));
  // The functions of the language write these two.
  const written = [...keys].filter((key) => key !== 'engine' && key !== 'kind');
  expect(written.length).toBeGreaterThan(40);
  expect(written.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
});

test('the table of environments is the one that is used', () => {
  const rows = [...text.matchAll(/^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$/gm)];
  expect(
    Object.fromEntries(
      rows.map(([, name, database, objects, logs]) => [name, { database, objects, logs }]),
    ),
  ).toEqual(ENVIRONMENT_RETENTION);
});
