/**
 * How long the Lambdas take before they can work, and how large they are: what Lambda does on a cold start, load the bundle in
 * a new process with nothing but its folder, measured around the loading. The machine is this one, not Lambda's: compare runs
 * with each other. Exits with 1 when a promise is not kept.
 */
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { compile } from '../lib/plan/compile.ts';
import { tidemarkApp } from '../lib/stacks/app.ts';
import { EnvironmentStage } from '../lib/stacks/stage.ts';
import { WORK_BUCKET } from '../lib/verification/variables.ts';
import insightdesk from '../plans/insightdesk.ts';
import { tempFolder } from '../test/support/temp-folder.ts';

const ROUNDS = 9;
const TARGET_BYTES = 1_000_000;
/** Processor time of loading: less depends on what else the machine does. */
const TARGET_CPU_MS = 300;

const LOAD = `
  const before = process.cpuUsage();
  const started = performance.now();
  await import(process.argv[1]);
  const milliseconds = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  const cpuMilliseconds = (user + system) / 1000;
  console.log(JSON.stringify({ milliseconds, cpuMilliseconds, bytes: process.memoryUsage.rss() }));
  process.exit();
`;

const resultSchema = z.object({
  milliseconds: z.number(),
  cpuMilliseconds: z.number(),
  /** Resident memory afterwards. */
  bytes: z.number(),
});
type Result = z.infer<typeof resultSchema>;

const MIB = 1024 * 1024;
const median = (results: readonly Result[], of: keyof Result): number =>
  results.map((result) => result[of]).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;

await using resources = new AsyncDisposableStack();
const folder = await tempFolder('cold-start');
resources.defer(() => folder.remove());
const { compiled } = compile(insightdesk, 'production');
if (!compiled) throw new Error('the plan has errors');
const app = tidemarkApp(folder.path);
const { outdir } = new EnvironmentStage(app, { compiled });
app.synth();

const missed: string[] = [];
for (const name of readdirSync(join(outdir, 'bundles'))) {
  const root = join(outdir, 'bundles', name);
  const path = join(root, 'index.mjs');
  const results: Result[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', LOAD, path],
      {
        env: {
          LAMBDA_TASK_ROOT: root,
          AWS_REGION: compiled.regions.primary,
          AWS_ACCESS_KEY_ID: 'any',
          AWS_SECRET_ACCESS_KEY: 'any',
          [WORK_BUCKET]: 'work',
        },
      },
    );
    results.push(resultSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')));
  }
  const { size } = statSync(path);
  const cpu = median(results, 'cpuMilliseconds');
  process.stdout.write(
    `${name.padEnd(18)}${Math.ceil(size / 1000)} kB  loaded in ${median(results, 'milliseconds').toFixed(0)} ms (${cpu.toFixed(0)} of a CPU), ${(median(results, 'bytes') / MIB).toFixed(0)} MiB\n`,
  );
  if (size >= TARGET_BYTES) missed.push(`${name}: ${TARGET_BYTES} bytes`);
  if (cpu >= TARGET_CPU_MS) missed.push(`${name}: ${TARGET_CPU_MS} ms of a CPU`);
}
for (const promise of missed) process.stdout.write(`not kept: ${promise}\n`);
process.exitCode = missed.length === 0 ? 0 : 1;
