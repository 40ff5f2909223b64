import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { compile } from '../../lib/plan/compile.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let example: unknown;

/** Loads the example as a reader would: in a file of its own, outside of the repository. */
beforeAll(async () => {
  const text = await readFile(join(ROOT, 'docs/aws-backup.md'), 'utf8');
  const [, block = ''] = /^```ts\n(.*?)^```$/ms.exec(text) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-example-'));
  const path = join(folder, 'plan.ts');
  await writeFile(path, block);
  const script = `
    import { loadPlan } from '${join(ROOT, 'lib/plan/load.ts')}';
    console.log(JSON.stringify(await loadPlan('${path}')));
  `;
  const argv = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  example = JSON.parse(stdout);
  await rm(folder, { recursive: true });
});

test('the example compiles without an error or a warning', () => {
  for (const environment of ['development', 'production']) {
    const { findings } = compile(example, environment);
    const wrong = findings.filter(({ severity }) => ['error', 'warning'].includes(severity));
    expect(wrong).toEqual([]);
  }
});

test('the example is what the text says of it', () => {
  expect(compile(example, 'development').compiled?.awsBackup).toBeUndefined();
  expect(compile(example, 'production').compiled?.awsBackup).toMatchObject({
    vault: 'tidemark-shop-production',
    lock: { mode: 'governance', minDays: 35, maxDays: 2557 },
    groups: [{ name: 'databases' }, { name: 'files' }],
  });
});
