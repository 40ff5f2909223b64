import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

const workflowSchema = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.object({
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});
type Steps = z.infer<typeof workflowSchema>['jobs'][string]['steps'];

let permissions: Record<string, string>;
let steps: Steps;
let folder: TempFolder;

beforeAll(async () => {
  const text = await readFile(join(ROOT, '.github/workflows/plan-diff.yml'), 'utf8');
  const workflow = workflowSchema.parse(parse(text));
  ({ permissions } = workflow);
  steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
});

beforeEach(async () => {
  folder = await tempFolder('workflow');
});
afterEach(() => folder.remove());

const git = (...args: string[]) =>
  run('git', [
    '-C',
    folder.path,
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    ...args,
  ]);

const plan = (name: string, keep: string) => `
  import { definePlan, full, postgresql, wal } from 'tidemark';
  export default definePlan({
    name: '${name}',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '5m', rto: '1h' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'registry.example.com/tidemark' },
    environments: { production: { account: '222222222222' } },
    sources: {
      database: postgresql({
        server: { service: 'postgres.shop', database: 'shop', credentials: 'shop-db', version: '18' },
        protect: [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', keep: '${keep}' })],
      }),
    },
  });`;

type Plans = Readonly<Record<string, string>>;

/** Runs the comparing step as a runner does, in a repository with two commits. */
async function compare(before: Plans, after: Plans, accepted: boolean) {
  await git('init', '--quiet');
  for (const plans of [before, after]) {
    await rm(join(folder.path, 'plans'), { recursive: true, force: true });
    for (const [name, keep] of Object.entries(plans)) {
      const file = join(folder.path, 'plans', `${name}.ts`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, plan(name, keep));
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', 'plans');
  }
  await symlink(join(ROOT, 'bin'), join(folder.path, 'bin'));
  const summary = join(folder.path, 'summary.md');
  const script = steps.findLast((step) => step.run !== undefined)?.run ?? '';
  const result = await run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder.path,
    env: { ...process.env, GITHUB_STEP_SUMMARY: summary, ACCEPTED: `${accepted}` },
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  return { ...result, summary: await readFile(summary, 'utf8') };
}

test('actions are pinned to a commit, and nothing may be written', () => {
  const used = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((uses) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  expect(permissions).toEqual({ contents: 'read' });
});

test('a promise that shrinks in one of several plans fails', async () => {
  const { code, stdout, summary } = await compare(
    { shop: '90d', store: '30d' },
    { shop: '30d', store: '90d' },
    false,
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/^::error::promises shrink/m);
  expect(summary).toMatch(/^### shop \/ production\n\n.*shrink/m);
  expect(summary).toMatch(/^### store \/ production\n\n.*grow/m);
});

test('the label accepts it', async () => {
  const { code, stdout, summary } = await compare({ shop: '90d' }, { shop: '30d' }, true);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^::notice::promises shrink/m);
  expect(summary).toMatch(/\*\*Shrinks\*\*/);
});

test('a plan that is removed fails, one that is new does not', async () => {
  const { code, summary } = await compare({ shop: '90d' }, { store: '90d' }, false);
  expect(code).toBe(1);
  expect(summary).toMatch(/environment production removed/);
  expect(summary).toMatch(/new environment production/);
});

test('nothing that shrinks passes', async () => {
  const { code, stdout } = await compare({ shop: '30d' }, { shop: '90d' }, false);
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/^::/m);
});

test('what cannot be compared fails, label or not', async () => {
  const { code } = await compare({ shop: 'ninety' }, { shop: '90d' }, true);
  expect(code).toBe(1);
});
