import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, matchesGlob, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { SERVER_VERSIONS as POSTGRESQL } from '../../lib/engines/postgresql/plan.ts';
import { SERVER_VERSIONS as REDIS } from '../../lib/engines/redis/plan.ts';
import { compile } from '../../lib/plan/compile.ts';
import { VERSION } from '../../lib/version.ts';
import quickstart from '../../plans/quickstart.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const stepSchema = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const workflowSchema = z.object({
  on: z.object({ pull_request: z.object({ paths: z.array(z.string()) }) }),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.object({
      permissions: z.record(z.string(), z.string()),
      strategy: z.object({ matrix: z.object({ variant: z.array(z.string()) }) }).optional(),
      steps: z.array(stepSchema),
    }),
  ),
});

let workflow: z.infer<typeof workflowSchema>;
let folder: TempFolder;

beforeAll(async () => {
  const text = await readFile(join(ROOT, '.github/workflows/images.yml'), 'utf8');
  workflow = workflowSchema.parse(parse(text));
});
beforeEach(async () => {
  folder = await tempFolder('images');
});
afterEach(() => folder.remove());

const steps = () => Object.values(workflow.jobs).flatMap((job) => job.steps);
const job = (name: string) => {
  const found = workflow.jobs[name];
  if (!found) throw new Error(`there is no job ${name}`);
  return found;
};

/** Runs a step as a runner does. */
async function run(name: string, env: Record<string, string>) {
  const script = steps().find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`no step is called ${name}`);
  const files = {
    GITHUB_OUTPUT: join(folder.path, 'output'),
    GITHUB_STEP_SUMMARY: join(folder.path, 'summary'),
  };
  const options = { cwd: folder.path, env: { PATH: process.env.PATH ?? '', ...files, ...env } };
  const shell = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
  const ended = await promisify(execFile)('bash', shell, options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  return {
    ...ended,
    output: await read(files.GITHUB_OUTPUT),
    summary: await read(files.GITHUB_STEP_SUMMARY),
  };
}

test('every variant that a plan can ask for is built and published', () => {
  const variants = ['base', ...POSTGRESQL.map((v) => `pg${v}`), ...REDIS.map((v) => `redis${v}`)];
  expect(job('build').strategy?.matrix.variant).toEqual(variants);
  expect(job('publish').strategy?.matrix.variant).toEqual(variants);
});

test('a pull request builds the images that changes anything of what is copied into them', async () => {
  const ignored = await readFile(join(ROOT, 'k8s/agent/Dockerfile.dockerignore'), 'utf8');
  const copied = [...ignored.matchAll(/^!(.+)$/gm)].map(([, path]) => path ?? '');
  const { paths } = workflow.on.pull_request;
  expect(copied).toContain('bin/bundle.ts');
  expect(
    copied.filter((path) => !paths.some((glob) => matchesGlob(path, glob.replace('/**', '')))),
  ).toEqual([]);
});

test('actions are pinned to a commit, and each job may do what it needs and no more', () => {
  const used = steps().flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
  expect(used.filter((uses) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  expect(workflow.permissions).toEqual({});
  expect(job('build').permissions).toEqual({ contents: 'read' });
  expect(job('publish').permissions).toEqual({
    contents: 'read',
    packages: 'write',
    'id-token': 'write',
  });
  expect(job('digests').permissions).toEqual({});
});

test('what is published is for both architectures, with its contents and provenance, and signed by its digest', () => {
  const build = job('publish').steps.find(({ uses }) => uses?.includes('build-push-action'));
  expect(build?.with).toMatchObject({
    platforms: 'linux/amd64,linux/arm64',
    push: true,
    sbom: true,
    provenance: 'mode=max',
  });
  const sign = job('publish').steps.find(({ name }) => name?.startsWith('Sign'))?.run;
  expect(sign?.match(/cosign sign --yes "[^"]*@\$DIGEST"/g)).toHaveLength(2);
});

test('no text of an event is part of a script', () => {
  expect(steps().filter((step) => step.run?.includes('${{'))).toEqual([]);
});

test.each([
  ['v1.2.3', 0, 'version=1.2.3\n'],
  ['v1.2.4', 1, ''],
])('the tag %s of the version 1.2.3 ends with %i', async (tag, code, output) => {
  await writeFile(join(folder.path, 'package.json'), '{"version":"1.2.3"}');
  expect(await run('The tag is the version', { GITHUB_REF_NAME: tag })).toMatchObject({
    code,
    output,
  });
});

test.each([
  ['', 'ghcr.io/acme/tidemark/agent:1.2.3-pg15\n'],
  [
    '1.dkr.ecr.eu-west-1.amazonaws.com/agent',
    'ghcr.io/acme/tidemark/agent:1.2.3-pg15\n1.dkr.ecr.eu-west-1.amazonaws.com/agent:1.2.3-pg15\n',
  ],
])('with the repository %p of ECR it is called so', async (ECR, names) => {
  const env = { GHCR: 'ghcr.io/Acme/Tidemark/agent', ECR, TAG: '1.2.3-pg15' };
  const { code, output } = await run('Names of the image', env);
  expect([code, output]).toEqual([0, `tags<<END\n${names}END\n`]);
});

test('the digests that are noted are a part of a plan, which pins the images with them', async () => {
  const digests = { pg18: `sha256:${'a'.repeat(64)}`, base: `sha256:${'b'.repeat(64)}` };
  for (const [variant, digest] of Object.entries(digests)) {
    const env = { TAG: `${VERSION}-${variant}`, DIGEST: digest };
    expect(await run('Note the digest', env)).toMatchObject({ code: 0 });
  }
  const { summary } = await run('Write what a plan takes to pin these images', {
    GHCR: 'ghcr.io/Acme/Tidemark/agent',
  });
  const [, fragment] = /^```ts\nkubernetes: \{\n([\s\S]*)\},\n```\n$/.exec(summary) ?? [];
  // The fragment is TypeScript, which is what a plan is.
  const kubernetes: unknown = new Function(
    `return { namespace: 'shop', cluster: 'shop', ${fragment} }`,
  )();
  const { compiled, findings } = compile({ ...quickstart, kubernetes }, 'production');
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(compiled?.kubernetes).toMatchObject({
    image: 'ghcr.io/acme/tidemark/agent',
    digests: { [`${VERSION}-pg18`]: digests.pg18, [`${VERSION}-base`]: digests.base },
  });
});
