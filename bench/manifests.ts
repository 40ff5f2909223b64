/**
 * How long the manifests of Kubernetes take: the plans of this repository in all of their environments, and generated ones that
 * grow, each by a process of its own, from its start until the last file is written. The median counts. Exits with 1 when a promise
 * is not kept.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const ROUNDS = 3;
const PLANS = ['sensei', 'bud', 'insightdesk', 'somabrain', 'vectorizer'];
const SIZES = [250, 500, 1000];

const TARGET_PLANS_MS = 3000;
/** Processor time for twice as many sources; 2 is linear, and measuring is not exact. */
const TARGET_GROWTH = 2.5;

const resultSchema = z.object({
  milliseconds: z.number(),
  /** Of the process itself: less than above where others use the machine as well. */
  cpuMilliseconds: z.number(),
  files: z.number(),
});
type Result = z.infer<typeof resultSchema>;

const say = (line: string) => process.stdout.write(`${line}\n`);
const missed: string[] = [];

async function measure(name: string, ...args: string[]): Promise<Result> {
  const child = join(import.meta.dirname, 'manifests-child.ts');
  const results: Result[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { stdout } = await promisify(execFile)(process.execPath, [child, ...args]);
    results.push(resultSchema.parse(JSON.parse(stdout)));
  }
  const sorted = results.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const median = sorted[Math.floor(ROUNDS / 2)] ?? sorted[0];
  if (!median) throw new Error('no round was run');
  const times = results.map(({ milliseconds }) => milliseconds.toFixed(0)).join(' ');
  say(
    `${name.padEnd(28)}${median.milliseconds.toFixed(0).padStart(6)} ms (${median.cpuMilliseconds.toFixed(0).padStart(6)} of a CPU)  ${String(median.files).padStart(5)} files   (${times})`,
  );
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
