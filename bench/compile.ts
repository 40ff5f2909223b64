/**
 * How long checking and compiling take: the plans of this repository in all of their environments, and generated ones that
 * grow. Each is compiled by a process of its own, so that nothing is remembered from before; the median counts.
 * Exits with 1 when a promise is not kept.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROUNDS = 5;
const PLANS = ['sensei', 'bud', 'insightdesk', 'somabrain', 'vectorizer'];
const SIZES = [250, 500, 1000, 2000];

const TARGET_PLANS_MS = 1000;
const TARGET_THOUSAND_MS = 2000;
/** Time for twice as many sources; 2 is linear, and measuring is not exact. */
const TARGET_GROWTH = 2.5;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Milliseconds that a process takes which has not compiled anything before. */
async function measure(args: readonly string[]): Promise<number> {
  const child = join(import.meta.dirname, 'compile-child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [child, ...args]);
  return Number(stdout);
}

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;

const subjects = [
  { name: `${PLANS.length} plans, all environments`, args: PLANS },
  ...SIZES.map((size) => ({ name: `${size} sources`, args: [String(size)] })),
];
const times = subjects.map((): number[] => []);
// In turns, so that whatever else the machine does burdens all alike.
for (let round = 0; round < ROUNDS; round++) {
  for (const [index, { args }] of subjects.entries()) times[index]?.push(await measure(args));
}

const medians = times.map(median);
const growths = medians.map((time, index) =>
  index < 2 ? undefined : time / (medians[index - 1] ?? 0),
);
say(`median of ${ROUNDS} processes, milliseconds`);
for (const [index, { name }] of subjects.entries()) {
  const rounds = times[index]?.map((time) => time.toFixed(0)).join(' ');
  const growth = growths[index];
  say(
    `${name.padEnd(26)}${medians[index]?.toFixed(0).padStart(6)}   ${rounds}${growth === undefined ? '' : `   ${growth.toFixed(2)} times the one before`}`,
  );
}

const [plans = Number.NaN] = medians;
const thousand = medians[1 + SIZES.indexOf(1000)] ?? Number.NaN;
const missed = [
  ...(plans < TARGET_PLANS_MS ? [] : [`all plans within ${TARGET_PLANS_MS} ms`]),
  ...(thousand < TARGET_THOUSAND_MS ? [] : [`1000 sources within ${TARGET_THOUSAND_MS} ms`]),
  ...(growths.some((growth) => growth !== undefined && growth > TARGET_GROWTH)
    ? ['twice as many sources take twice as long']
    : []),
];
for (const promise of missed) say(`not kept: ${promise}`);
process.exitCode = missed.length === 0 ? 0 : 1;
