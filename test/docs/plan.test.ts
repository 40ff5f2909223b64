import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { delegatedTo, isDerivedEngine, sourceSchema } from '../../lib/engines/registry.ts';
import { compile } from '../../lib/plan/compile.ts';
import { ENVIRONMENT_RETENTION } from '../../lib/plan/environments.ts';
import * as language from '../../lib/plan/language.ts';
import { type PlanInput, planSchema } from '../../lib/plan/schema.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const WORDS = Object.keys(language).filter((word) => word !== 'definePlan');

const SCRIPT = `
  import { loadPlan } from '${join(ROOT, 'lib/plan/load.ts')}';
  const plans = [];
  for (const path of JSON.parse(process.argv[1])) plans.push(await loadPlan(path));
  console.log(JSON.stringify(plans));
`;

/** A plan around the sources that the documentation shows by themselves. */
const around = (sources: string): string => `
  import * as words from 'tidemark';
  const { ${WORDS.join(', ')} } = words;
  export default words.definePlan({
    name: 'shop',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '30h', rto: '8h' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/acme/tidemark-agent' },
    alerts: { email: ['oncall@example.com'] },
    verify: { checksums: 'weekly', restore: 'monthly' },
    environments: { production: { account: '222222222222' } },
    sources: { ${sources} },
  });
`;

let text: string;
let examples: PlanInput[];
let shop: PlanInput;

/** Loads the examples as a reader would: each in a file of its own, outside of the repository. */
beforeAll(async () => {
  text = await readFile(join(ROOT, 'docs/plan.md'), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-examples-'));
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const sources = [...text.matchAll(/^```ts source\n(.*?)^```$/gms)].map(([, source]) => source);
  blocks.push(around(sources.join('')));
  const paths = blocks.map((_, index) => join(folder, `${index}.ts`));
  await Promise.all(blocks.map((block, index) => writeFile(paths[index] ?? '', block)));
  const argv = ['--input-type=module', '--eval', SCRIPT, JSON.stringify(paths)];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  examples = JSON.parse(stdout);
  shop = planSchema.parse(examples.pop());
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

test('the example of each engine compiles; all it lacks is a job of this release', () => {
  const { compiled, findings } = compile(shop, 'production');
  const found = findings
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ code, path }) => [code, path]);
  expect(compiled?.sources.map(({ engine }) => engine)).toEqual(
    sourceSchema.options.map(({ shape }) => shape.engine.value),
  );
  const others = (compiled?.sources ?? []).filter(
    ({ engine }) => !isDerivedEngine(engine) && delegatedTo(engine) === undefined,
  );
  expect(found).toEqual(others.map(({ name }) => ['TM507', `sources.${name}`]));
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
  expect(written.filter((key) => !new RegExp(`[\`.]${key}[\`.]`).test(text))).toEqual([]);
});

test('the table of environments is the one that is used', () => {
  const rows = [...text.matchAll(/^\| (\w+) \| (\w+) \| (\w+) \| (\w+) \|$/gm)];
  expect(
    Object.fromEntries(
      rows.map(([, name, database, objects, logs]) => [name, { database, objects, logs }]),
    ),
  ).toEqual(ENVIRONMENT_RETENTION);
});
