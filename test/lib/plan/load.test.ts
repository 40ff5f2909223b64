import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

// Plans are loaded by Node.js itself, as in production: what jest transforms would prove nothing. One process loads them all.
const SCRIPT = `
  import { loadPlan } from '${join(ROOT, 'lib/plan/load.ts')}';
  const results = [];
  for (const name of JSON.parse(process.argv[1])) {
    results.push(
      await loadPlan(name).then(
        (plan) => ({ plan }),
        (error) => ({ error: error.name + ': ' + error.message }),
      ),
    );
  }
  console.log(JSON.stringify(results));
`;

const FILES: Record<string, string> = {
  'own.ts': `import { definePlan, full, postgresql, wal } from 'tidemark';
    const keep: '7d' | '14d' = '7d';
    export default definePlan({ name: 'own', protect: [wal({ flush: '60s', keep }), full({ at: '03:00' })] } as never);`,
  'relative.ts': `import { definePlan } from '${join(ROOT, 'lib/plan/schema.ts')}';
    export default definePlan({ name: 'relative' } as never);`,
  'plain.mjs': `export default { name: 'plain' };`,
  'no-default.ts': 'export const plan = {};',
  'syntax.ts': "export default {\n  name: 'a',,\n};",
  'throws.ts': "\nthrow new Error('no environment variable');\nexport default {};",
  'imports.ts': "import nothing from 'a-package-that-is-missing';\nexport default nothing;",
  'misspelt.ts': "import { definePlam } from 'tidemark';\nexport default definePlam;",
};

let folder: string;
let results: Record<string, { plan?: { name: string }; error?: string }>;
let stderr: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'tidemark-plans-')));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  const names = ['quickstart', 'insightdesk', 'insigtdesk', '../insightdesk', 'nowhere.ts', '.'];
  const paths = Object.keys(FILES).map((name) => join(folder, name));
  const inputs = [...names, ...paths];
  const argv = ['--input-type=module', '--eval', SCRIPT, JSON.stringify(inputs)];
  const output = await run(process.execPath, argv, { cwd: folder });
  stderr = output.stderr;
  const parsed: (typeof results)[string][] = JSON.parse(output.stdout);
  results = Object.fromEntries(
    inputs.map((input, index) => [input.replace(`${folder}/`, ''), parsed[index] ?? {}]),
  );
});

afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['quickstart', 'quickstart'],
  ['insightdesk', 'insightdesk'],
  ['own.ts', 'own'],
  ['relative.ts', 'relative'],
  ['plain.mjs', 'plain'],
])('%s is loaded', (input, name) => {
  expect(results[input]).toEqual({ plan: expect.objectContaining({ name }) });
});

test.each([
  [
    'insigtdesk',
    /^PlanLoadError: .* "insigtdesk"; did you mean "insightdesk"\? .* are bud, insightdesk, quickstart, sensei/,
  ],
  [
    '../insightdesk',
    /there is no file .*insightdesk; the plans in .* are bud, insightdesk, quickstart, sensei/,
  ],
  ['nowhere.ts', /there is no file .*nowhere\.ts/],
  ['.', /there is no plan "\."|is not a file/],
  ['no-default.ts', /no-default\.ts has no default export; end it with 'export default definePlan/],
  ['syntax.ts', /syntax\.ts cannot be loaded: .*\(line 2\)$/],
  ['throws.ts', /throws\.ts cannot be loaded: no environment variable \(line 2\)$/],
  ['imports.ts', /imports\.ts cannot be loaded: .*a-package-that-is-missing/],
  ['misspelt.ts', /misspelt\.ts cannot be loaded: .*definePlam/],
])('%s is refused', (input, error) => {
  expect(results[input]?.error).toMatch(/^PlanLoadError: /);
  expect(results[input]?.error).toMatch(error);
});

test('a plan in a folder without package.json is loaded without a warning', () => {
  expect(stderr).not.toMatch(/MODULE_TYPELESS|warning/i);
});
