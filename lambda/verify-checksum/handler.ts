import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { emit, emitHeartbeat } from '../shared/emit.ts';
import { deployedPlan, primaryStore } from '../shared/environment.ts';
import { parseEvent } from './event.ts';
import { measurements } from './measurements.ts';
import { run } from './verify-checksum.ts';

/** Left to record what was found when the time is over. */
const RESERVE_MS = 60_000;

const logger = new Logger();
const plan = deployedPlan();
const store = plan.then(primaryStore);
// A failure belongs to the invocation that awaits it, not to the start of the program.
store.catch(() => {});

export async function handler(event: unknown, context: Context): Promise<void> {
  const compiled = await plan;
  const input = parseEvent(event);
  const left = Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS);
  const record = await run(input, {
    store: await store,
    compiled,
    now: () => new Date(),
    signal: AbortSignal.timeout(left),
  });
  emit(measurements(compiled, input.task, record));
  emitHeartbeat(compiled, 'verify-checksum');
  logger.info(`verification ${record.outcome}`, { record: { ...record } });
}
