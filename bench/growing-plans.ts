import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { z } from 'zod';

const ROUNDS = 3;
const PLANS = ['sensei', 'bud', 'insightdesk', 'somabrain', 'vectorizer'];
/** Processor time for twice as many sources; 2 is linear, and measuring is not exact. */
const TARGET_GROWTH = 2.5;

interface Timed {
  readonly milliseconds: number;
  /** Of the process itself: less than above where others use the machine as well. */
  readonly cpuMilliseconds: number;
}

export interface GrowingPlans<T extends Timed> {
  /** Program beside this file that is given names of plans, or how many sources to generate, and prints a result. */
  readonly child: string;
  readonly schema: z.ZodType<T>;
  /** How many sources the generated plans have, each twice as many as the one before. */
  readonly sizes: readonly number[];
  /** For the plans of this repository in all of their environments. */
  readonly targetMilliseconds: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What is told of a result beside its times. */
  readonly tell: (result: T) => string;
  /** Promises about a result that are not kept. */
  readonly missed?: (result: T) => readonly string[];
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Times the plans of this repository, and generated ones that grow, each by a process of its own, from its start to its
 * end. The median counts. Prints as it goes; sets the exit code 1 when a promise is not kept.
 */
export async function timeGrowingPlans<T extends Timed>(of: GrowingPlans<T>): Promise<void> {
  const missed: string[] = [];
  const measure = async (name: string, ...args: string[]): Promise<T> => {
    const result = await median(of, name, args);
    missed.push(...(of.missed?.(result) ?? []).map((promise) => `${name}: ${promise}`));
    return result;
  };
  say(`median of ${ROUNDS} processes`);
  const plans = await measure(`${PLANS.length} plans, all environments`, ...PLANS);
  if (plans.milliseconds >= of.targetMilliseconds)
    missed.push(`all plans: ${of.targetMilliseconds} ms`);
  let before: number | undefined;
  for (const size of of.sizes) {
    // Other work on the machine would count where the wall clock does.
    const time = (await measure(`${size} sources`, String(size))).cpuMilliseconds;
    if (before !== undefined && time / before > TARGET_GROWTH)
      missed.push(`${size} sources: linear growth`);
    before = time;
  }
  for (const promise of missed) say(`not kept: ${promise}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

async function median<T extends Timed>(
  { child, schema, env, tell }: GrowingPlans<T>,
  name: string,
  args: readonly string[],
): Promise<T> {
  const results: T[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const program = join(import.meta.dirname, child);
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], {
      env: { ...process.env, ...env },
    });
    results.push(schema.parse(JSON.parse(stdout)));
  }
  const sorted = results.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const found = sorted[Math.floor(ROUNDS / 2)] ?? sorted[0];
  if (!found) throw new Error('no round was run');
  const shown = (milliseconds: number) => milliseconds.toFixed(0).padStart(6);
  const times = results.map(({ milliseconds }) => milliseconds.toFixed(0)).join(' ');
  say(
    `${name.padEnd(28)}${shown(found.milliseconds)} ms (${shown(found.cpuMilliseconds)} of a CPU)  ${tell(found)}   (${times})`,
  );
  return found;
}
