import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { ScenarioName } from '../../../k8s/on-call/names.ts';
import { synthManifests } from '../../../k8s/synth.ts';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { type Io, main } from '../../../lib/commands/main.ts';
import { program } from '../../../lib/commands/program.ts';
import { type KubernetesApi, startKubernetesApi } from '../../support/kubernetes-api.ts';
import { KUBECTL } from '../../support/kubernetes-api-install.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledPlan, compiledSource, withDumps } from '../compiled-plan.ts';

/**
 * What `tidemark kubectl-plan` prints is typed, line by line, by kubectl at a real API server that was given the plan's
 * manifests. Nothing runs there: the test says for the controllers what has become of a Job or a Deployment.
 */

const run = promisify(execFile);
const OWN = 'shop-backup';
/** Of the server and of the application. */
const PRODUCT = 'shop';
const { settings } = compiledSource();
const scale = ['deployment/api'];
const load = { credentials: 'orders-owner', scratch: '20GiB' as const, scale };
const plan = compiledPlan({ sources: [{ ...withDumps(true), settings: { ...settings, load } }] });

let api: KubernetesApi;
let folder: TempFolder;

beforeAll(async () => {
  [api, folder] = await Promise.all([startKubernetesApi(), tempFolder('on-call')]);
  await mkdir(join(folder.path, 'bin'));
  await symlink(KUBECTL, join(folder.path, 'bin/kubectl'));
  await symlink(resolve('bin/tidemark.mjs'), join(folder.path, 'bin/tidemark'));
  await writeFile(join(folder.path, 'plan.json'), JSON.stringify(plan));
  await writeFile(join(folder.path, 'kubeconfig'), kubeconfig());
  await synthManifests(plan, join(folder.path, 'k8s'));
  await type(`kubectl --context shop create namespace ${PRODUCT}`);
  await type(`kubectl --context shop apply --kustomize k8s`);
  for (const [kind, name] of [
    ['Deployment', 'api'],
    ['StatefulSet', 'postgres'],
  ]) {
    const labels = { app: name };
    const containers = [{ name, image: 'example/app' }];
    const template = { metadata: { labels }, spec: { containers } };
    const spec = { replicas: 1, selector: { matchLabels: labels }, template };
    await api.call('POST', `/apis/apps/v1/namespaces/${PRODUCT}/${kind?.toLowerCase()}s`, {
      ...{ apiVersion: 'apps/v1', kind, metadata: { name }, spec },
    });
  }
});
afterAll(async () => {
  await api?.stop();
  await folder?.remove();
});

/** As `aws eks update-kubeconfig` writes one, for an administrator. */
const kubeconfig = () =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'shop',
        cluster: {
          server: `https://${api.host}:${api.port}`,
          'certificate-authority-data': Buffer.from(api.ca).toString('base64'),
        },
      },
    ],
    users: [{ name: 'admin', user: { token: api.administrator } }],
    contexts: [{ name: 'shop', context: { cluster: 'shop', user: 'admin' } }],
  });

/** Runs a line as a terminal would. @throws where it ends with anything but 0 */
async function type(line: string): Promise<string> {
  const { stdout } = await run('/bin/bash', ['-o', 'pipefail', '-c', line], {
    cwd: folder.path,
    env: {
      PATH: `${join(folder.path, 'bin')}${delimiter}${process.env.PATH}`,
      HOME: folder.path,
      KUBECONFIG: join(folder.path, 'kubeconfig'),
      // No role: what asks the bucket says so at once.
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  return stdout;
}

const stepsSchema = z.object({
  steps: z.array(z.object({ run: z.array(z.string()) })),
});

/** The lines of a scenario. */
async function lines(scenario: ScenarioName, ...options: string[]): Promise<string[]> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = {
    ...{ stdout, stderr, env: {}, exitCode: EXIT.ok },
    ...{ now: () => new Date(), signal: new AbortController().signal },
  } as unknown as Io;
  const config = ['--config', join(folder.path, 'plan.json')];
  const code = await main(
    program(io),
    ['kubectl-plan', scenario, ...config, ...options, '--json'],
    io,
  );
  stdout.end();
  stderr.end();
  if (code !== EXIT.ok) throw new Error(await text(stderr));
  return stepsSchema.parse(JSON.parse(await text(stdout))).steps.flatMap((step) => step.run);
}

/** Types a scenario's lines; what waits for a controller is told what that would say. */
async function typeAll(all: readonly string[]): Promise<void> {
  for (const line of all.filter((one) => !/^tidemark (status|list|verify) /.test(one))) {
    if (line.includes(' logs ')) await logs(line);
    else {
      await settle(line);
      await type(line);
    }
  }
}

/** No pod is ever there: kubectl finds the Job, and waits for its pod. */
const logs = (line: string) =>
  expect(type(line.replace('=15m', '=1s'))).rejects.toThrow('timed out waiting for the condition');

/** What the controllers of Kubernetes do before somebody waits for it. */
async function settle(line: string): Promise<void> {
  const [, job] = / wait --for=condition=complete .*job\/([\w-]+)/.exec(line) ?? [];
  if (job !== undefined) await complete(job);
  const [, namespace, workload] = /--namespace (\S+) rollout status (\S+)/.exec(line) ?? [];
  if (namespace === undefined || workload === undefined) return;
  const path = `/apis/apps/v1/namespaces/${namespace}/${workload.replace('/', 's/')}`;
  const { metadata, spec } = z
    .object({
      metadata: z.object({ generation: z.int() }),
      spec: z.object({ replicas: z.int() }),
    })
    .parse(await api.call('GET', path));
  const { replicas } = spec;
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas };
  await api.call('PATCH', `${path}/status`, {
    status: {
      ...{ observedGeneration: metadata.generation, availableReplicas: replicas },
      ...counts,
    },
  });
}

async function complete(job: string): Promise<void> {
  const at = new Date().toISOString();
  const condition = { status: 'True', lastProbeTime: at, lastTransitionTime: at };
  await api.call('PATCH', `/apis/batch/v1/namespaces/${OWN}/jobs/${job}/status`, {
    status: {
      ...{ startTime: at, completionTime: at, succeeded: 1 },
      conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, ...condition })),
    },
  });
}

const jobsSchema = z.object({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string() }),
      spec: z.looseObject({
        template: z.looseObject({
          metadata: z.looseObject({}),
          spec: z.looseObject({
            containers: z.array(z.looseObject({ args: z.array(z.string()) })),
          }),
        }),
      }),
    }),
  ),
});

/** The Job that was made last, of a kind. */
async function jobOf(what: string) {
  const { items } = jobsSchema.parse(
    await api.call('GET', `/apis/batch/v1/namespaces/${OWN}/jobs`),
  );
  const found = items.findLast(({ metadata }) =>
    metadata.name.startsWith(`tidemark-orders-${what}`),
  );
  if (!found) throw new Error(`no Job is a ${what}`);
  return { name: found.metadata.name, template: found.spec.template };
}

const argsOf = async (what: string): Promise<string[]> =>
  (await jobOf(what)).template.spec.containers[0]?.args.slice(5) ?? [];

const suspended = async (): Promise<Record<string, boolean>> => {
  const { items } = z
    .object({
      items: z.array(
        z.object({
          metadata: z.object({ name: z.string() }),
          spec: z.object({ suspend: z.boolean().default(false) }),
        }),
      ),
    })
    .parse(await api.call('GET', `/apis/batch/v1/namespaces/${OWN}/cronjobs`));
  return Object.fromEntries(items.map(({ metadata, spec }) => [metadata.name, spec.suspend]));
};

test('what runs is shown', async () => {
  const [shown = ''] = await lines('status');
  expect(await type(shown)).toMatch(/cronjob.batch\/tidemark-orders-base-backup .* False /);
  await typeAll(await lines('status'));
});

test('a backup is started now', async () => {
  await typeAll(await lines('backup'));
  expect(await argsOf('by-hand')).toEqual(['--kind', 'full']);
});

test('backups are paused and resumed; what is started by hand alone stays as it is', async () => {
  const before = await suspended();
  await typeAll(await lines('pause'));
  expect(Object.values(await suspended())).not.toContain(false);
  await typeAll(await lines('resume'));
  expect(await suspended()).toEqual(before);
});

test.each([
  ['restore-latest', [], 'restore', ['--to', 'latest']],
  ['restore-to', ['--to', '2026-11-21T02:00:00Z'], 'restore', ['--to', '2026-11-21T02:00:00.000Z']],
  ['load-latest', [], 'load', ['--replace', '--confirm', 'orders']],
  ['load-table', ['--table', 'items'], 'load', ['--table', 'public.items']],
  ['drill', [], 'drill', ['--scratch', '/scratch']],
] as const)('%s starts a Job that the namespace admits', async (scenario, options, what, args) => {
  await typeAll(await lines(scenario, ...options));
  expect(await argsOf(what)).toEqual(expect.arrayContaining([...args]));
  const { name, template } = await jobOf(what);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    ...template,
    metadata: { ...template.metadata, name },
  };
  // The namespace enforces the restricted standard.
  await expect(api.call('POST', `/api/v1/namespaces/${OWN}/pods`, pod)).resolves.toBeDefined();
});

test('after a switch-over everything is as it was, but the application', async () => {
  const before = await suspended();
  await typeAll(await lines('switch-over'));
  expect(await suspended()).toEqual(before);
  const replicas = (namespace: string, kinds: string) =>
    type(
      `kubectl --context shop --namespace ${namespace} get ${kinds} --output jsonpath='{.items[*].spec.replicas}'`,
    );
  expect(await replicas(PRODUCT, 'statefulsets')).toBe('1');
  expect(await replicas(OWN, 'deployments')).toBe('1');
  // A person brings it back, when the server is well.
  expect(await replicas(PRODUCT, 'deployments')).toBe('0');
});
