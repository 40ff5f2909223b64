import { Logger } from '@aws-lambda-powertools/logger';
import { BackupClient } from '@aws-sdk/client-backup';
import { emit, emitHeartbeat } from '../shared/emit.ts';
import { deployedPlan, primaryStore } from '../shared/environment.ts';
import { run, type StaleDeps } from './alert-stale.ts';
import { groupMeasurement, measurements } from './measurements.ts';

const logger = new Logger();
const deps = prepare();
// A failure belongs to the invocation that awaits it, not to the start of the program.
deps.catch(() => {});

/** @throws AggregateError naming what could not be looked at, after the rest was measured */
export async function handler(): Promise<void> {
  const ready = await deps;
  const { compiled } = ready;
  const { statuses, groups, failures } = await run(ready);
  emit([
    ...statuses.map((status) => measurements(compiled, status)),
    ...groups.map((group) => groupMeasurement(compiled, group)),
  ]);
  for (const { source, health, reasons } of statuses) {
    if (health !== 'ok') logger.warn(`${source} is ${health}`, { source, reasons });
  }
  for (const { group, overdue } of groups) {
    if (overdue.length > 0) logger.warn(`${group} lacks recovery points`, { group, overdue });
  }
  for (const { subject, error } of failures) {
    logger.error(`${subject} could not be looked at`, { subject, error });
  }
  if (failures.length > 0) {
    throw new AggregateError(
      failures.map(({ error }) => error),
      `could not look at ${failures.map(({ subject }) => subject).join(', ')}`,
    );
  }
  emitHeartbeat(compiled, 'alert-stale');
}

async function prepare(): Promise<StaleDeps> {
  const compiled = await deployedPlan();
  const { primary, replica } = compiled.regions;
  return {
    compiled,
    store: await primaryStore(compiled),
    now: () => new Date(),
    backup: {
      primary: new BackupClient({ region: primary }),
      replica: new BackupClient({ region: replica }),
    },
  };
}
