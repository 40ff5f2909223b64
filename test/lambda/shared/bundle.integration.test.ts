import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text as textOf } from 'node:stream/consumers';
import { Template } from 'aws-cdk-lib/assertions';
import { NAMESPACE } from '../../../lib/alerting/metrics.ts';
import { readRuns, recordRun } from '../../../lib/catalog/reader.ts';
import { RUN_FORMAT } from '../../../lib/catalog/run-record.ts';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { WORK_BUCKET } from '../../../lib/verification/variables.ts';
import { compiledPlan, source } from '../../lib/stacks/environment.ts';
import { text } from '../../lib/stacks/policy.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { execute } from '../../support/state-machine.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { commitBackup } from '../backups.ts';

/** Calls a function's handler as Lambda does: the bundle alone, in a process of its own. */
const CALL = `
  const { handler } = await import(process.argv[1] + '/index.mjs');
  const answer = await handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 900_000 });
  console.log(JSON.stringify({ answer }));
`;

/** Lambda loads a bundle at every cold start, so it is to be small. */
const MOST_BYTES = 1_000_000;

interface Embedded {
  readonly _aws: {
    readonly CloudWatchMetrics: {
      readonly Namespace: string;
      readonly Dimensions: string[][];
      readonly Metrics: { readonly Name: string }[];
    }[];
  };
}

let server: S3Server;
let folder: TempFolder;
let store: ObjectStore;
let work: ObjectStore;
let compiled: ReturnType<typeof compiledPlan>;
let primary: Template;
let assets: string[];

beforeAll(async () => {
  [server, folder] = await Promise.all([startS3(), tempFolder('bundle')]);
  compiled = compiledPlan({ sources: [source('orders')] });
  const app = tidemarkApp(folder.path);
  const stage = new EnvironmentStage(app, { compiled });
  const [, stack] = stage.synth().stacks;
  primary = Template.fromJSON(stack?.template);
  app.synth();
  const bundles = join(stage.outdir, 'bundles');
  assets = readdirSync(bundles).map((name) => join(bundles, name));
  await server.createBucket(compiled.buckets.primary, { objectLock: true });
  await server.createBucket(compiled.buckets.evidence.primary, { objectLock: true });
  await server.createBucket('work', { versioning: true });
  work = await openStore(server.url('work'), { credentials: server });
  store = await openStore(server.url(compiled.buckets.primary), { credentials: server });
});

afterAll(async () => {
  await store?.close();
  await work?.close();
  await server?.stop();
  await folder?.remove();
});

/** Loaded before the bundle: its clock is an hour ahead. */
const WRONG_CLOCK = `data:text/javascript,${encodeURIComponent(`
  const now = Date.now;
  Date = class extends Date {
    constructor(...given) { super(...(given.length === 0 ? [Date.now()] : given)); }
    static now() { return now() + 3_600_000; }
  };
`)}`;

async function invoke(
  name: string,
  event: unknown,
  options: readonly string[] = [],
): Promise<Record<string, unknown>[]> {
  const code = assets.find((path) => path.endsWith(name));
  const child = spawn(
    process.execPath,
    [...options, '--input-type=module', '-e', CALL, code ?? '', JSON.stringify(event)],
    {
      cwd: folder.path,
      env: {
        ...server.env,
        AWS_ENDPOINT_URL_S3: server.endpoint,
        AWS_REGION: server.region,
        LAMBDA_TASK_ROOT: code,
        POWERTOOLS_SERVICE_NAME: name,
        [WORK_BUCKET]: 'work',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [output, errors, [status]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'exit'),
  ]);
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** `AgeSeconds{Environment=production,…}` for each metric in the lines. */
function written(lines: Record<string, unknown>[]): string[] {
  return (lines as unknown as Embedded[])
    .filter((line) => '_aws' in line)
    .flatMap((line) =>
      line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap((names) =>
          Metrics.map(
            ({ Name }) =>
              `${Namespace} ${Name}{${names.map((key) => `${key}=${Reflect.get(line, key)}`).sort()}}`,
          ),
        ),
      ),
    );
}

/** The same for each alarm on our own metrics. */
function awaited(): string[] {
  return Object.values(
    primary.findResources('AWS::CloudWatch::Alarm', { Properties: { Namespace: NAMESPACE } }),
  ).map(({ Properties: { MetricName, Dimensions } }) => {
    const all = (Dimensions as { Name: string; Value: string }[]).map(
      ({ Name, Value }) => `${Name}=${Value}`,
    );
    return `${NAMESPACE} ${MetricName}{${all.sort()}}`;
  });
}

/** Runs the state machine as it was synthesised, with the bundles that it calls. */
async function verify(event: unknown): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const [machine] = Object.values(primary.findResources('AWS::StepFunctions::StateMachine'));
  const definition = JSON.parse(text(machine?.Properties.DefinitionString));
  await execute(definition, [{ body: JSON.stringify(event) }], {
    invoke: async (arn, payload) => {
      const name = /^\$\{Verification(VerifyChecksum|VerifyPart)Function/.exec(arn)?.[1];
      const said = await invoke(name === 'VerifyPart' ? 'verify-part' : 'verify-checksum', payload);
      lines.push(...said);
      return said.find((line) => 'answer' in line)?.answer;
    },
    getObject: async (_, key) => (await buffer(await work.get(key))).toString(),
    putObject: async (_, key, body) => {
      await work.put(key, Readable.from([Buffer.from(body)]));
    },
  });
  return lines;
}

test('the bundled functions verify, measure, and write every metric that an alarm waits for', async () => {
  const now = new Date();
  const yesterday = new Date(now.getTime() - 86_400_000);
  await commitBackup(store, { source: 'orders', at: yesterday });
  const newest = await commitBackup(store, { source: 'orders', at: now });
  await recordRun(store, {
    format: RUN_FORMAT,
    id: `${newest.id.slice(0, 16)}-wal-00000001`,
    plan: compiled.plan,
    environment: compiled.environment,
    source: 'orders',
    startedAt: now.toISOString(),
    endedAt: now.toISOString(),
    outcome: 'succeeded',
    error: null,
    action: 'wal',
    systemId: '7123456789',
    timeline: 1,
    from: '0/3000000',
    durable: '0/3500000',
    serverTime: now.toISOString(),
    segments: [],
    gap: null,
  });

  const verified = await verify({ source: 'orders', id: 'execution-1', time: now.toISOString() });
  const records = await readRuns(store, 'orders', { from: now, to: now, action: 'verify' });
  expect(records).toMatchObject([
    { outcome: 'succeeded', backups: [{}, { id: expect.any(String) }] },
  ]);
  const evidence = await openStore(server.url(compiled.buckets.evidence.primary), {
    credentials: server,
  });
  expect(await readRuns(evidence, 'orders', { from: now, to: now })).toEqual(records);
  await evidence.close();
  const measured = await invoke('alert-stale', {});

  expect(written([...verified, ...measured])).toEqual(expect.arrayContaining(awaited()));
  expect(awaited()).toHaveLength(9);
});

test('the bundles are below a megabyte each', () => {
  const sizes = assets.map(
    (path) => [basename(path), statSync(join(path, 'index.mjs')).size] as const,
  );
  expect(sizes.map(([name]) => name).sort()).toEqual([
    'alert-stale',
    'verify-checksum',
    'verify-part',
  ]);
  for (const [name, bytes] of sizes) {
    expect([name, bytes < MOST_BYTES]).toEqual([name, true]);
  }
});

test('a clock that is wrong by an hour is set right by the first answer of S3', async () => {
  const event = { source: 'orders', id: 'execution-2', time: new Date().toISOString() };
  const said = await invoke('verify-checksum', { step: 'plan', event }, ['--import', WRONG_CLOCK]);
  expect(said.find((line) => 'answer' in line)).toMatchObject({ answer: { next: 'read' } });
});
