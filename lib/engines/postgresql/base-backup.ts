import type { PhysicalManifest, PostgresqlPosition } from '../../catalog/manifest.ts';
import type { BackupEnd, BackupWriter } from '../../catalog/writer.ts';
import { TOOL } from '../../version.ts';
import { runBackup } from '../backup-run.ts';
import { type CopiedBase, copyBase } from './base-backup-copy.ts';
import type { ServerAddress } from './connection.ts';
import { formatLsn } from './lsn.ts';
import { preflight, type ServerFacts } from './preflight.ts';
import type { PostgresqlRun } from './run.ts';

export interface BackupOptions {
  readonly address: ServerAddress;
  /** `fast` begins at once and makes the server write everything now. @default 'spread' */
  readonly checkpoint?: 'fast' | 'spread';
  /** System identifier of another cluster that deliberately takes the place of the one in the store. */
  readonly acceptSystemId?: string;
  /** Why it is taken, where somebody says so. */
  readonly label?: string;
}

/**
 * Takes a full base backup with the WAL that it needs. It exists when this returns, and not before; every failure
 * is recorded in the store as far as that can be written.
 * @throws PreflightError, LockHeldError, ServerConnectError, ReplicationError, StoreError; the signal's reason
 */
export async function backupPostgresql(
  run: PostgresqlRun,
  options: BackupOptions,
): Promise<PhysicalManifest> {
  return runBackup<'postgresql', ServerFacts, { position: PostgresqlPosition }>(run, {
    kind: 'full',
    label: options.label,
    prepare: async (run) => ({ found: await preflight(run, options) }),
    take: (run, { writer, id, found: server }) => takeBase(run, options, { writer, id, server }),
  });
}

interface TakingBase {
  readonly writer: BackupWriter;
  readonly id: string;
  readonly server: ServerFacts;
  /** The `backup_manifest` of the backup that an incremental one builds on. */
  readonly parentManifest?: AsyncIterable<Uint8Array>;
}

/** Writes the files of a base backup, full or incremental, and says what they are. @throws as `backupPostgresql` */
export async function takeBase(
  run: PostgresqlRun,
  options: Pick<BackupOptions, 'address' | 'checkpoint'>,
  { writer, id, server, parentManifest }: TakingBase,
): Promise<Omit<BackupEnd, 'completedAt'> & { readonly position: PostgresqlPosition }> {
  const base = await copyBase(run, {
    address: options.address,
    checkpoint: options.checkpoint ?? 'spread',
    label: `${TOOL} ${id}`,
    systemId: server.systemId,
    writer,
    parentManifest,
  });
  return {
    serverVersion: server.serverVersion,
    consistentAt: base.consistentAt.toISOString(),
    position: position(server, base),
    counts: {},
  };
}

function position(server: ServerFacts, { start, end, archives }: CopiedBase): PostgresqlPosition {
  return {
    engine: 'postgresql',
    systemId: server.systemId,
    timeline: start.timeline,
    startLsn: formatLsn(start.lsn),
    endLsn: formatLsn(end),
    walSegmentSize: server.walSegmentSize,
    tablespaces: start.tablespaces.map(({ oid, location }) => {
      const file = archives.get(oid);
      if (file === undefined) {
        throw new Error(`the server named tablespace ${oid} and sent no archive of it`);
      }
      return { oid, location, file };
    }),
  };
}
