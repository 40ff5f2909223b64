import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { deployedPlan, primaryStore, workStore } from '../shared/environment.ts';
import { itemSchema, runReferenceSchema } from '../shared/work.ts';
import { run } from './verify-part.ts';

/** Left to write down what was found when the time is over. */
const RESERVE_MS = 60_000;

/** What the state machine gives to each call; lib/verification/machine.ts writes it. */
const inputSchema = z.strictObject({ run: runReferenceSchema, index: z.int(), item: itemSchema });

const logger = new Logger();
const deps = prepare();
// A failure belongs to the invocation that awaits it, not to the start of the program.
deps.catch(() => {});

export async function handler(event: unknown, context: Context): Promise<void> {
  const input = inputSchema.parse(event);
  const left = Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS);
  const ready = await deps;
  await run(input, { ...ready, signal: AbortSignal.timeout(left) });
  logger.info('read', { run: input.run, index: input.index });
}

async function prepare() {
  const compiled = await deployedPlan();
  const [store, work] = await Promise.all([primaryStore(compiled), workStore(compiled)]);
  return { compiled, store, work, now: () => new Date() };
}
