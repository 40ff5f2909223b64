import { OWN_WAL } from '../../catalog/keys.ts';
import type { BackupWriter } from '../../catalog/writer.ts';
import { BaseBackupFiles, type BaseBackupStart, isBackupManifest } from './base-backup-files.ts';
import { Progress } from './base-backup-progress.ts';
import { connectSql, type ServerAddress } from './connection.ts';
import type { Lsn } from './lsn.ts';
import { checkedManifest } from './manifest-checksum.ts';
import { PreflightError } from './preflight-error.ts';
import { ReplicationConnection } from './replication.ts';
import type { PostgresqlRun } from './run.ts';
import { WalCapture, type WalFile } from './wal/capture.ts';

/**
 * How archives are stored. Compressing costs less processor time than encrypting and sending what it saves; data that
 * cannot be compressed passes at the speed of its digest (see docs/decisions/0021-speed.md).
 */
const ARCHIVE_ENCODING = 'zstd';

interface CopyOptions {
  readonly address: ServerAddress;
  readonly checkpoint: 'fast' | 'spread';
  readonly label: string;
  /** The cluster that was looked at before. */
  readonly systemId: string;
  readonly writer: BackupWriter;
  /** The `backup_manifest` of the backup that an incremental one builds on. */
  readonly parentManifest?: AsyncIterable<Uint8Array> | undefined;
}

/** Everything that a base backup consists of is in the store. */
export interface CopiedBase {
  readonly start: BaseBackupStart;
  readonly end: Lsn;
  /** By the server's clock, not before `end` was written. */
  readonly consistentAt: Date;
  /** Archives of tablespaces by their oid. */
  readonly archives: ReadonlyMap<string, string>;
}

/** Takes a base backup and, beside it, the WAL that it needs. If one fails the other is ended. */
export async function copyBase(run: PostgresqlRun, options: CopyOptions): Promise<CopiedBase> {
  const failure = new AbortController();
  const signal = AbortSignal.any([run.signal, failure.signal]);
  const { address, writer, checkpoint, label, parentManifest } = options;
  // Its slot holds the WAL back before the backup's first byte is written.
  const capture = await WalCapture.open(address, { signal });
  try {
    const connection = await ReplicationConnection.connect(address, { signal });
    try {
      await checkSystem(connection, options.systemId);
      if (parentManifest) await connection.uploadManifest(parentManifest);
      run.report({ level: 'info', message: `waiting for the server's checkpoint (${checkpoint})` });
      const incremental = parentManifest !== undefined;
      const files = new BaseBackupFiles(connection.baseBackup({ label, checkpoint, incremental }));
      const start = await files.start();
      const fail = (error: unknown) => {
        failure.abort(error);
        throw error;
      };
      const storeWal = ({ name, bytes }: WalFile) =>
        writer
          .writeFile(`${OWN_WAL}/${name}`, whole(bytes), { encoding: 'zstd', signal })
          .then(() => undefined);
      const wal = capture.run(start, storeWal).catch(fail);
      const base = copyFiles(run, { ...options, files, start, signal, capture }).catch(fail);
      const [taken] = await Promise.allSettled([base, wal]);
      signal.throwIfAborted();
      if (taken.status === 'rejected') throw taken.reason;
      return { start, ...taken.value };
    } finally {
      await connection.close();
    }
  } finally {
    await capture.close();
  }
}

interface CopyFilesOptions extends CopyOptions {
  readonly files: BaseBackupFiles;
  readonly start: BaseBackupStart;
  readonly signal: AbortSignal;
  readonly capture: WalCapture;
}

async function copyFiles(
  run: PostgresqlRun,
  { address, writer, files, start, signal, capture, parentManifest }: CopyFilesOptions,
): Promise<Omit<CopiedBase, 'start'>> {
  // The server estimates the whole data directory, whatever of it has changed.
  const progress = new Progress(
    run,
    'copying the data directory',
    parentManifest ? undefined : start.estimatedBytes,
  );
  const archives = new Map<string, string>();
  for (;;) {
    const next = await files.next();
    if ('end' in next) {
      run.report({ level: 'info', message: 'storing the WAL that the backup needs' });
      const { now, switched } = await switchWal(address, signal);
      capture.finishAt(next.end, { whole: switched });
      return { end: next.end, consistentAt: now, archives };
    }
    const body = isBackupManifest(next) ? checkedManifest(next.body) : next.body;
    const file = await writer.writeFile(next.name, progress.count(body), {
      encoding: ARCHIVE_ENCODING,
      // Of each file in an archive the server's manifest holds a digest, with which a restore compares it.
      digest: !next.name.endsWith('.tar'),
      signal,
    });
    archives.set(next.name.replace(/\.tar$/, ''), file.name);
  }
}

/**
 * Completes the segment in which the backup ends; a standby cannot. Returns the server's time, cut up to a millisecond
 * behind the end.
 */
async function switchWal(
  address: ServerAddress,
  signal: AbortSignal,
): Promise<{ readonly now: Date; readonly switched: boolean }> {
  const client = await connectSql(address, { signal });
  try {
    const { rows } = await client.query<{ now: string; in_recovery: boolean }>(
      'SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000)::text AS now, pg_is_in_recovery() AS in_recovery',
    );
    const switched = rows[0]?.in_recovery === false;
    if (switched) await client.query('SELECT pg_switch_wal()');
    return { now: new Date(Number(rows[0]?.now)), switched };
  } finally {
    await client.end();
  }
}

async function checkSystem(connection: ReplicationConnection, expected: string): Promise<void> {
  const { systemId } = await connection.identifySystem();
  if (systemId === expected) return;
  throw new PreflightError(
    `the address leads to different clusters (${expected}, then ${systemId})`,
    'give the address of one server',
  );
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
