import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { SCENARIO_NAMES } from '../../k8s/on-call/names.ts';
import { EXIT } from '../../lib/commands/exit-codes.ts';
import { type Io, main } from '../../lib/commands/main.ts';
import { program } from '../../lib/commands/program.ts';
import { compile } from '../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import bud from '../../plans/bud.ts';
import { compiledPlan, compiledSource, withDumps } from '../k8s/compiled-plan.ts';
import { named, synthesised, synthesisedFiles } from '../k8s/synthesised.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const NOW = new Date('2026-11-21T17:45:01Z');
const { settings } = compiledSource();
const load = {
  ...{ credentials: 'orders-owner', scratch: '20GiB' as const },
  scale: ['deployment/api', 'statefulset/worker'],
};
/** Everything that can be done about a source. */
const plan = compiledPlan({
  sources: [{ ...withDumps(true), settings: { ...settings, load, hooks: { preDeploy: true } } }],
});
/** Where there is nothing but a log and base backups. */
const bare = compiledPlan({ sources: [compiledSource({ settings: { server: settings.server } })] });

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('kubectl-plan');
});
afterAll(() => folder.remove());

async function asked(args: readonly string[], compiled: CompiledPlan = plan) {
  const config = join(folder.path, 'plan.json');
  await writeFile(config, JSON.stringify(compiled));
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = {
    ...{ stdout, stderr, env: {}, exitCode: EXIT.ok },
    ...{ now: () => NOW, signal: new AbortController().signal },
  } as unknown as Io;
  const code = await main(program(io), ['kubectl-plan', ...args, '--config', config], io);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr), config };
}

/** Lines that are typed, without what is said about them. */
const typed = (script: string): string[] =>
  script.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

const jobSchema = z.object({
  spec: z.object({ jobTemplate: z.object({ spec: z.object({ backoffLimit: z.number() }) }) }),
});

const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  'restore-to': ['--to', '2026-11-21T02:00:00Z'],
  'load-table': ['--table', 'items'],
};

test('a restore to a moment prints its Job, starts it, and stays until it has ended', async () => {
  const { code, stdout, config } = await asked(['restore-to', '--to', '2026-11-21T02:00:00Z']);
  expect(code).toBe(EXIT.ok);
  const kubectl = 'kubectl --context shop --namespace shop-backup';
  const job = 'tidemark-orders-restore-1121174501';
  expect(typed(stdout)).toEqual([
    `tidemark restore --config ${config} --source orders --to 2026-11-21T02:00:00.000Z --manifest --job ${job} | ${kubectl} apply --filename -`,
    `${kubectl} logs --follow --pod-running-timeout=15m job/${job}`,
    `${kubectl} wait --for=condition=complete --timeout=2m job/${job}`,
  ]);
  expect(stdout).toContain('\n#   aws eks update-kubeconfig --region eu-central-1 --name shop');
});

test('whether a Job that failed is tried again is told as its manifest says', async () => {
  for (const scenario of ['backup', 'verify', 'restore-latest', 'load-latest']) {
    const { stdout } = await asked([scenario]);
    const said = stdout.replaceAll(/\n#? */g, ' ').includes('may be tried again');
    const [, cronJob] = /--from=cronjob\/(\S+)/.exec(stdout) ?? [];
    const found = named(await synthesised(plan), 'CronJob', cronJob ?? '');
    const { backoffLimit } = jobSchema.parse(found).spec.jobTemplate.spec;
    expect([scenario, said]).toEqual([scenario, backoffLimit > 0]);
  }
});

test('every line of every scenario names what there is in the manifests', async () => {
  const names = new Set((await synthesised(plan)).map(({ metadata }) => metadata?.name));
  for (const scenario of SCENARIO_NAMES) {
    const { code, stdout, stderr } = await asked([scenario, ...(QUESTIONS[scenario] ?? [])]);
    expect({ scenario, code, stderr }).toEqual({ scenario, code: EXIT.ok, stderr: '' });
    const own = [...stdout.matchAll(/(?:cronjob|deployment)\/(tidemark-[\w-]+)/g)];
    for (const [, name] of own) expect(names).toContain(name);
    expect(typed(stdout).length).toBeGreaterThan(0);
  }
});

test('every line of ours is one that the program takes', async () => {
  const io = { stdout: new PassThrough() } as unknown as Io;
  for (const scenario of SCENARIO_NAMES) {
    const { stdout } = await asked([scenario, ...(QUESTIONS[scenario] ?? [])]);
    for (const line of typed(stdout).filter((one) => one.startsWith('tidemark '))) {
      const [, name, ...rest] = line.split(' | ')[0]?.split(' ') ?? [];
      const command = program(io).commands.find((one) => one.name() === name);
      expect(command?.exitOverride().parseOptions(rest)).toMatchObject({ unknown: [] });
    }
  }
});

test('switching over stops what writes, then what streams, then the server, and starts them again', async () => {
  const { stdout } = await asked(['switch-over']);
  const steps = typed(stdout).map((line) =>
    line.replace(/^kubectl --context shop --namespace /, ''),
  );
  const scaled = steps.filter((line) => / scale /.test(line));
  expect(scaled).toEqual([
    'shop scale deployment/api statefulset/worker --replicas=0',
    'shop-backup scale deployment/tidemark-orders-wal --replicas=0',
    'shop scale statefulset/postgres --replicas=0',
    'shop scale statefulset/postgres --replicas=1',
    'shop-backup scale deployment/tidemark-orders-wal --replicas=1',
  ]);
  const suspended = steps.filter((line) => line.includes('suspend'));
  expect(suspended.map((line) => /"suspend":(\w+)/.exec(line)?.[1])).toEqual([
    ...['true', 'true'],
    ...['false', 'false'],
  ]);
  expect(stdout).toContain('a pod can only mount volumes of its own');
});

test('the list says what the plan lacks for a scenario', async () => {
  const { stdout } = await asked([], bare);
  expect(stdout).toMatch(/^orders\n {2}scenario {8}what\n/);
  expect(stdout).toMatch(
    /restore-to +not here: the plan names no volume for restores; add restore/,
  );
  expect(stdout).toMatch(/load-table +not here: the plan does not say as whom to load/);
  expect(stdout).toMatch(/backup +a backup now\n/);
});

test.each([
  [['restore-to'], plan, 'restore-to of orders: say which moment with --to'],
  [['load-table'], plan, 'load-table of orders: say which table with --table'],
  [['restore-latest'], bare, 'add restore.volumeClaim to it'],
  [['explode'], plan, "value 'explode' is invalid for argument 'scenario'"],
  [['status', '--replica'], plan, 'add kubernetes: { standby: true } to the plan'],
])('refuses %j', async (args, compiled, message) => {
  const refused = await asked(args, compiled);
  expect(refused).toMatchObject({ code: EXIT.input, stdout: '' });
  expect(refused.stderr).toContain(message);
});

test('in the cluster of the other region, all of it is for that cluster', async () => {
  const standby = { ...plan, kubernetes: { ...plan.kubernetes, standby: true } };
  const { stdout } = await asked(['load-table', '--table', 'items', '--replica'], standby);
  expect(stdout).toContain('--region eu-west-1 --name shop-replica --alias shop-replica\n');
  expect(typed(stdout)[0]).toMatch(/ --replica \| kubectl --context shop-replica /);
});

test('what applies the manifests is held while backups are paused, and goes on as it was', async () => {
  const gitops = {
    ...{ repository: 'https://git.example.com/shop.git', revision: 'main' },
    argoCd: { namespace: 'argocd', project: 'default' },
    flux: { namespace: 'flux-system', interval: '10m' as const },
  };
  const kubernetes = { ...plan.kubernetes, gitops };
  const paused = typed((await asked(['pause'], { ...plan, kubernetes })).stdout);
  expect(paused.slice(0, 2).map((line) => line.replace(/^.*--namespace /, ''))).toEqual([
    `argocd patch applications.argoproj.io/tidemark-shop-production --type merge --patch '{"spec":{"syncPolicy":{"automated":null}}}'`,
    `flux-system patch kustomizations.kustomize.toolkit.fluxcd.io/tidemark-shop-production --type merge --patch '{"spec":{"suspend":true}}'`,
  ]);
  const resumed = typed((await asked(['resume'], { ...plan, kubernetes })).stdout);
  expect(resumed.at(-2)).toContain('"automated":{"prune":true,"selfHeal":true}');
  expect(resumed.at(-1)).toContain('"suspend":false');
});

describe('a cluster that Velero backs up', () => {
  const cluster = compile(bud, 'production').compiled;
  const kubernetes = async (scenario: string) => {
    if (!cluster) throw new Error('the plan has errors');
    return typed((await asked([scenario, '--source', 'kubernetes'], cluster)).stdout);
  };

  test('is paused and resumed by each of its Schedules, and backed up at once', async () => {
    if (!cluster) throw new Error('the plan has errors');
    const schedules = (await synthesised(cluster)).filter(({ kind }) => kind === 'Schedule');
    const names = schedules.map(({ metadata }) => metadata?.name);
    const patched = (lines: readonly string[]) =>
      lines.flatMap((line) => /patch schedules\.velero\.io\/(\S+)/.exec(line)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(0);
    expect(patched(await kubernetes('pause')).sort()).toEqual(names.sort());
    const resumed = await kubernetes('resume');
    expect(patched(resumed).sort()).toEqual(names.sort());
    expect(resumed.at(-1)).toMatch(
      /^velero --kubecontext \S+ --namespace velero backup create \S+-20261121174501 --from-schedule \S+ --wait$/,
    );
  });

  test('is restored with a file that synthesis writes', async () => {
    if (!cluster) throw new Error('the plan has errors');
    const [, line = ''] = await kubernetes('restore-latest');
    const [, path = ''] = / create --filename dist\/bud\/production\/k8s\/(\S+)$/.exec(line) ?? [];
    expect([...(await synthesisedFiles(cluster)).keys()]).toContain(path);
  });
});

test('programs get the same steps', async () => {
  const { stdout } = await asked(['backup', '--json']);
  const schema = z.object({
    scenario: z.literal('backup'),
    source: z.literal('orders'),
    title: z.string(),
    steps: z.array(z.object({ say: z.string(), run: z.array(z.string()) })),
  });
  const { steps } = schema.parse(JSON.parse(stdout));
  expect(steps[0]?.run).toEqual([
    'kubectl --context shop --namespace shop-backup create job --from=cronjob/tidemark-orders-base-backup tidemark-orders-by-hand-1121174501',
  ]);
});
