import type { Manifest } from '../../catalog/manifest.ts';
import type { BackupRequest, EngineAgent } from '../agent.ts';
import { EngineInputError } from '../input-error.ts';
import { serverAddress } from './address.ts';
import { backupPostgresql } from './base-backup.ts';
import { drillPostgresql, drillRoom } from './drill/drill.ts';
import { backupIncremental } from './incremental/incremental-backup.ts';
import { backupLogical } from './logical/logical-backup.ts';
import { type RestoreResult, restorePostgresql } from './restore/restore.ts';
import type { PostgresqlRun } from './run.ts';
import { verifyPostgresql } from './verify.ts';

/** What the commands can ask of a PostgreSQL source. */
export const postgresqlAgent: EngineAgent<'postgresql', RestoreResult> = {
  backup,
  verify: verifyPostgresql,
  restore: restorePostgresql,
  drill: drillPostgresql,
  drillRoom,
};

async function backup(
  run: PostgresqlRun,
  { kind = firstPoint(run.source), env, ...request }: BackupRequest,
): Promise<Manifest> {
  const address = await serverAddress(run.source, env);
  switch (kind) {
    case 'full':
      return backupPostgresql(run, { address, ...request });
    case 'incremental':
      return backupIncremental(run, { address, ...request });
    case 'logical':
      return backupLogical(run, { address, ...request });
    default:
      throw new EngineInputError(
        `${run.source.name} is of the engine postgresql, which has no ${kind} backups; use one of: full, incremental, logical`,
      );
  }
}

/** The kind of the first row that can be restored by itself. */
const firstPoint = ({ protections }: PostgresqlRun['source']): BackupRequest['kind'] =>
  protections.some(({ kind }) => kind === 'full') ? 'full' : 'logical';
