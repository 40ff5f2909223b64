/**
 * How long the templates of AWS take: the plans of this repository in all of their environments, and generated ones that
 * grow, each by a process of its own that validates nothing. The median counts. Prints as well how large the largest stack
 * of each is. Exits with 1 when a promise is not kept.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const ROUNDS = 3;
const PLANS = ['sensei', 'bud', 'insightdesk', 'somabrain', 'vectorizer'];
const SIZES = [25, 50, 100, 200];

const TARGET_PLANS_MS = 10_000;
const TARGET_RESOURCES = 400;
/** CloudFormation takes no larger template. */
const TARGET_BYTES = 1_000_000;
/** Processor time for twice as many sources; 2 is linear, and measuring is not exact. */
const TARGET_GROWTH = 2.5;

const resultSchema = z.object({
  milliseconds: z.number(),
  /** Of the process itself: less than above where others use the machine as well. */
  cpuMilliseconds: z.number(),
  stacks: z.number(),
  resources: z.number(),
  mostResources: z.number(),
  mostBytes: z.number(),
});
type Result = z.infer<typeof resultSchema>;

const say = (line: string) => process.stdout.write(`${line}\n`);
const missed: string[] = [];

async function measure(name: string, ...args: string[]): Promise<Result> {
  const child = join(import.meta.dirname, 'synth-child.ts');
  const results: Result[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await promisify(execFile)(process.execPath, [child, ...args], {
      env: { ...process.env, CDK_VALIDATION: 'false' },
    });
    results.push(resultSchema.parse(JSON.parse(stdout)));
  }
  const sorted = results.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const median = sorted[Math.floor(ROUNDS / 2)] ?? sorted[0];
  if (!median) throw new Error('no round was run');
  const times = results.map(({ milliseconds }) => milliseconds.toFixed(0)).join(' ');
  say(
    `${name.padEnd(28)}${median.milliseconds.toFixed(0).padStart(6)} ms (${median.cpuMilliseconds.toFixed(0).padStart(5)} of a CPU)  ${String(median.stacks).padStart(3)} stacks  ${String(median.resources).padStart(5)} resources, at most ${median.mostResources} and ${Math.ceil(median.mostBytes / 1000)} kB in one   (${times})`,
  );
  if (median.mostResources > TARGET_RESOURCES)
    missed.push(`${name}: ${TARGET_RESOURCES} resources`);
  if (median.mostBytes > TARGET_BYTES) missed.push(`${name}: ${TARGET_BYTES} bytes`);
  return median;
}

say(`median of ${ROUNDS} processes`);
const plans = await measure(`${PLANS.length} plans, all environments`, ...PLANS);
if (plans.milliseconds >= TARGET_PLANS_MS) missed.push(`all plans: ${TARGET_PLANS_MS} ms`);

let before: number | undefined;
for (const size of SIZES) {
  // Other work on the machine would count where the wall clock does.
  const time = (await measure(`${size} sources`, String(size))).cpuMilliseconds;
  if (before !== undefined && time / before > TARGET_GROWTH) {
    missed.push(`${size} sources: linear growth`);
  }
  before = time;
}

for (const promise of missed) say(`not kept: ${promise}`);
process.exitCode = missed.length === 0 ? 0 : 1;
