import type { Manifest } from '../../catalog/manifest.ts';
import type { VerifyRun } from '../../catalog/run-record.ts';
import type { BackupRequest, DrillRequest, EngineAgent, RestoreRequest } from '../agent.ts';
import { EngineInputError } from '../input-error.ts';
import { verifySource } from '../verify.ts';
import { serverAddress } from './address.ts';
import { verifyAof } from './aof/verify.ts';
import { drillRedis, drillRoom } from './drill/drill.ts';
import { type RestoreResult, restoreRedis } from './restore/restore.ts';
import type { RedisRun } from './run.ts';
import { backupRedis } from './snapshot.ts';

/** What the commands can ask of a Redis source. */
export const redisAgent: EngineAgent<'redis', RestoreResult> = {
  backup,
  verify: (run, scope) => verifySource(run, scope, verifyLog),
  restore,
  drill,
  drillRoom,
};

/** Where no log was ever shipped there is nothing to tell of one. */
async function verifyLog(run: RedisRun): Promise<VerifyRun['wal']> {
  const found = await verifyAof(run);
  return found.segments === 0 && found.problems.length === 0 ? null : found;
}

async function backup(
  run: RedisRun,
  { kind = 'snapshot', label, env, ...request }: BackupRequest,
): Promise<Manifest> {
  if (kind !== 'snapshot') {
    throw new EngineInputError(
      `${run.source.name} is of the engine redis, which has no ${kind} backups; use one of: snapshot`,
    );
  }
  if (request.acceptSystemId !== undefined) {
    throw new EngineInputError(
      '--accept-system-id is for PostgreSQL: a snapshot of Redis does not depend on the ones before it; leave it out',
    );
  }
  const address = await serverAddress(run.source, env);
  return backupRedis(run, { address, ...(label === undefined ? {} : { label }) });
}

function restore(run: RedisRun, { to, ...request }: RestoreRequest): Promise<RestoreResult> {
  if (to !== 'latest' && !(to instanceof Date)) {
    throw new EngineInputError(
      'Redis knows neither positions nor restore points that a restore could go to; use --to with a moment, or --backup',
    );
  }
  if (request.timeline !== undefined || request.exclusive) {
    throw new EngineInputError('--timeline and --exclusive are for PostgreSQL; leave them out');
  }
  return restoreRedis(run, { ...request, time: to });
}

function drill(run: RedisRun, { amcheck, ...request }: DrillRequest) {
  if (amcheck) {
    throw new EngineInputError(
      '--amcheck is for PostgreSQL; of Redis every value is looked at in any case, so leave it out',
    );
  }
  return drillRedis(run, request);
}
