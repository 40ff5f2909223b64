import { Logger } from '@aws-lambda-powertools/logger';
import { emit, emitHeartbeat } from '../shared/emit.ts';
import { deployedPlan, primaryStore } from '../shared/environment.ts';
import { run } from './alert-stale.ts';
import { measurements } from './measurements.ts';

const logger = new Logger();
const plan = deployedPlan();
const store = plan.then(primaryStore);
// A failure belongs to the invocation that awaits it, not to the start of the program.
store.catch(() => {});

/** @throws AggregateError naming the sources that could not be looked at, after the others were measured */
export async function handler(): Promise<void> {
  const compiled = await plan;
  const { statuses, failures } = await run({ store: await store, compiled, now: () => new Date() });
  emit(statuses.map((status) => measurements(compiled, status)));
  for (const { source, health, reasons } of statuses) {
    if (health !== 'ok') logger.warn(`${source} is ${health}`, { source, reasons });
  }
  for (const { source, error } of failures) {
    logger.error(`${source} could not be looked at`, { source, error });
  }
  if (failures.length > 0) {
    throw new AggregateError(
      failures.map(({ error }) => error),
      `could not look at ${failures.map(({ source }) => source).join(', ')}`,
    );
  }
  emitHeartbeat(compiled, 'alert-stale');
}
