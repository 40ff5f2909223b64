import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { agentProgram } from '../../lib/commands/agent.ts';
import { EXIT } from '../../lib/commands/exit-codes.ts';
import { type Io, main } from '../../lib/commands/main.ts';
import { program } from '../../lib/commands/program.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { compiledPlan, compiledSource, withDumps } from '../k8s/compiled-plan.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const NOW = new Date('2026-11-21T17:45:01Z');
const { settings } = compiledSource();
const load = { credentials: 'orders-owner', scratch: '20GiB' as const };

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('manifest');
});
afterAll(() => folder.remove());

async function tidemark(
  args: readonly string[],
  source = compiledSource(),
  make = program,
  changes: Partial<CompiledPlan['kubernetes']> = {},
) {
  const config = join(folder.path, 'plan.json');
  const kubernetes = { ...compiledPlan().kubernetes, ...changes };
  await writeFile(config, JSON.stringify(compiledPlan({ sources: [source], kubernetes })));
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = {
    ...{ stdout, stderr, env: {}, exitCode: EXIT.ok },
    ...{ now: () => NOW, signal: new AbortController().signal },
  } as unknown as Io;
  const code = await main(make(io), [...args, '--config', config], io);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

/** The Job that was printed, and the arguments of its container. */
async function printed(args: readonly string[], source = compiledSource()) {
  const { code, stdout, stderr } = await tidemark([...args, '--manifest'], source);
  expect({ code, stderr }).toMatchObject({ code: EXIT.ok });
  const [plan, job, ...others] = parseAllDocuments(stdout).map((document) => document.toJS());
  expect(others).toEqual([]);
  const [container] = job.spec.template.spec.containers;
  return { plan, job, args: container.args.slice(5), stderr };
}

test('a restore is a Job of its own into the plan’s volume, with the plan that it reads', async () => {
  const { plan, job, args, stderr } = await printed(['restore', '--to', '2026-11-21 03:00+01:00']);
  expect(job.metadata).toMatchObject({
    name: 'tidemark-orders-restore-1121174501',
    namespace: 'shop-backup',
  });
  // biome-ignore format: one option and its value each
  expect(args).toEqual(['--target', '/restore/data', '--to', '2026-11-21T02:00:00.000Z']);
  expect(job.spec.template.spec.volumes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ configMap: { name: plan.metadata.name } }),
      expect.objectContaining({ persistentVolumeClaim: { claimName: 'orders-restored' } }),
    ]),
  );
  expect(stderr).toContain('kubectl --namespace shop-backup logs --follow job/tidemark-orders-');
});

test.each([
  [
    ['--to-lsn', '16/b374d848', '--exclusive'],
    ['--to-lsn', '16/B374D848', '--exclusive'],
  ],
  [
    ['--to-name', 'before migration'],
    ['--to-name', 'before migration'],
  ],
  [
    ['--backup', 'b1', '--wait-for-thaw', '--thaw-speed', 'bulk'],
    ['--backup', 'b1', '--wait-for-thaw', '--thaw-speed', 'bulk'],
  ],
  [
    ['--store', 's3://other?region=eu-west-1'],
    ['--store', 's3://other?region=eu-west-1'],
  ],
])('a restore passes on %j', async (given, passed) => {
  const { args } = await printed(['restore', '--source', 'orders', ...given]);
  expect(args.slice(2)).toEqual(passed);
});

test('a restore goes into another claim, also where the plan names none', async () => {
  const source = compiledSource({ settings: { server: settings.server } });
  const { job, args } = await printed(['restore', '--claim', 'beside'], source);
  expect(job.spec.template.spec.volumes).toContainEqual({
    name: 'restore',
    persistentVolumeClaim: { claimName: 'beside' },
  });
  expect(args).toEqual(['--target', '/restore/data']);
});

test('a restore from an archive has as long as the thaw takes', async () => {
  const archived = compiledSource({
    protections: compiledSource().protections.map((row) => ({
      ...row,
      tiers: [{ tier: null, class: '2557d-archive' }],
    })),
  });
  const standard = await printed(['restore', '--wait-for-thaw'], archived);
  expect(standard.args.filter((arg: string) => arg === '--wait-for-thaw')).toHaveLength(1);
  expect(standard.job.spec.activeDeadlineSeconds).toBe((24 + 12) * 3600);
  const bulk = await printed(['restore', '--thaw-speed', 'bulk'], archived);
  expect(bulk.args).toContain('--wait-for-thaw');
  expect(bulk.job.spec.activeDeadlineSeconds).toBe((24 + 48) * 3600);
});

test('a load passes on what is loaded, as the role that may', async () => {
  const source = { ...withDumps(false), settings: { ...settings, load } };
  const { job, args } = await printed(
    ['load', '--table', 'items', '--confirm', 'public.items', '--no-owner'],
    source,
  );
  expect(job.metadata.name).toBe('tidemark-orders-load-1121174501');
  expect(args).toEqual([
    ...['--table', 'public.items', '--confirm', 'public.items', '--no-owner'],
    ...['--scratch', '/scratch'],
  ]);
  expect(job.spec.template.spec.containers[0].env).toContainEqual({
    name: 'PGUSER',
    valueFrom: { secretKeyRef: { name: 'orders-owner', key: 'username' } },
  });
});

test('a drill is a Job with the plan’s volume where the store cannot be read, which is said', async () => {
  const { job, args, stderr } = await printed([
    ...['drill', '--query', 'SELECT 1', '--expect', '1', '--label', 'pre-deploy'],
    ...['--store', 's3://missing?region=eu-west-1&endpoint=http://127.0.0.1:9'],
  ]);
  expect(args.slice(0, 8)).toEqual([
    ...['--scratch', '/scratch'],
    ...['--store', 's3://missing?region=eu-west-1&endpoint=http://127.0.0.1:9'],
    ...['--label', 'pre-deploy', '--query', 'SELECT 1'],
  ]);
  expect(stderr).toContain(
    "the Job's volume has 20GiB, as the plan says: the store cannot be read from here",
  );
  expect(volumeOf(job)).toBe('20Gi');
});

test('of a state that is recovered before it is loaded, the Job has room for all of it', async () => {
  const source = { ...withDumps(false), settings: { ...settings, load, drill: DRILL } };
  const { job } = await printed(
    ['load', '--into', 'copy', '--to', 'latest', '--store', NOWHERE],
    source,
  );
  expect(volumeOf(job)).toBe('300Gi');
  expect(job.spec.template.spec.containers[0].resources.limits.memory).toBe('1Gi');
});

const DRILL = { scratch: '300GiB' as const, expect: [], amcheck: false };
const NOWHERE = 's3://missing?region=eu-west-1&endpoint=http://127.0.0.1:9';

const volumeOf = (job: { spec: { template: { spec: { volumes: unknown[] } } } }): string =>
  z
    .looseObject({
      ephemeral: z.looseObject({
        volumeClaimTemplate: z.object({
          spec: z.looseObject({
            resources: z.object({ requests: z.object({ storage: z.string() }) }),
          }),
        }),
      }),
    })
    .parse(job.spec.template.spec.volumes.at(-1)).ephemeral.volumeClaimTemplate.spec.resources
    .requests.storage;

test('a Job has the name that it is given, which says that a manifest is wanted', async () => {
  const { code, stdout } = await tidemark(['restore', '--job', 'restore-1']);
  expect(code).toBe(EXIT.ok);
  expect(stdout).toContain('\n  name: restore-1\n');
});

test('in the cluster of the replica region, a Job reads the bucket there', async () => {
  const standby = { standby: true } as const;
  const { code, stdout } = await tidemark(
    ['restore', '--replica'],
    compiledSource(),
    program,
    standby,
  );
  expect(code).toBe(EXIT.ok);
  expect(stdout).toContain('value: s3://shop-production-backups-replica?region=eu-west-1\n');
});

test('a Job is dressed as every object of the plan is', async () => {
  const labels = { team: 'shop' };
  const { stdout } = await tidemark(['restore', '--manifest'], compiledSource(), program, {
    labels,
  });
  expect(stdout.match(/team: shop/g)).toHaveLength(3);
});

test.each([
  [['restore', '--target', '/data'], "'--manifest' cannot be used with option '--target"],
  [['restore', '--bin-dir', '/bin'], "'--manifest' cannot be used with option '--bin-dir"],
  [['restore', '--store', 'file:///tmp/store'], 'which a pod does not see'],
  [['load', '--into', 'copy'], "add load: { credentials: '<secret>', scratch: '20GiB' }"],
  [['restore', '--job', 'Restore_1'], 'lower-case letters, digits and hyphens'],
  [['restore', '--replica'], 'add kubernetes: { standby: true } to the plan'],
  [['drill', '--scratch', '/data'], "'--manifest' cannot be used with option '--scratch"],
  [['load', '--replace'], 'say so with --confirm orders'],
  [['load', '--replace', '--into', 'b', '--confirm', 'a'], '"a" is not the name'],
  [['load', '--table', 'items'], 'say so with --confirm public.items'],
])('refuses %j', async (args, message) => {
  const refused = await tidemark([...args, '--manifest']);
  expect(refused).toMatchObject({ code: EXIT.input, stdout: '' });
  expect(refused.stderr).toContain(message);
});

test('says which key of the plan is missing for a restore', async () => {
  const source = compiledSource({ settings: { server: settings.server } });
  const { code, stderr } = await tidemark(['restore', '--manifest'], source);
  expect(code).toBe(EXIT.input);
  expect(stderr).toContain("name one with --claim, or add restore: { volumeClaim: '…' }");
});

test('a restore here needs a directory, and no claim', async () => {
  const nowhere = await tidemark(['restore']);
  expect(nowhere).toMatchObject({ code: EXIT.input });
  expect(nowhere.stderr).toContain('with --target, or print a Job with --manifest');
  const claimed = await tidemark(['restore', '--claim', 'a', '--target', '/data']);
  expect(claimed).toMatchObject({ code: EXIT.input });
  expect(claimed.stderr).toContain('--claim is for the Job');
});

test('the program of the containers says where manifests are made', async () => {
  const refused = await tidemark(['restore', '--manifest'], compiledSource(), agentProgram);
  expect(refused).toMatchObject({ code: EXIT.input, stdout: '' });
  expect(refused.stderr).toContain('makes no manifests; run the same command with --plan and');
});
