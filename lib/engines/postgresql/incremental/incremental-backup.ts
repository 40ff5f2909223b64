import { DamagedError } from '../../../catalog/errors.ts';
import { openFile } from '../../../catalog/files.ts';
import type { Manifest, PhysicalManifest, PostgresqlPosition } from '../../../catalog/manifest.ts';
import { runBackup } from '../../backup-run.ts';
import { type BackupOptions, backupPostgresql, takeBase } from '../base-backup.ts';
import { backupManifestOf } from '../base-backup-files.ts';
import { connectSql } from '../connection.ts';
import { preflight, type ServerFacts } from '../preflight.ts';
import { PreflightError } from '../preflight-error.ts';
import { ReplicationConnection } from '../replication.ts';
import { ReplicationError } from '../replication-error.ts';
import type { PostgresqlRun } from '../run.ts';
import { FullNeededError, NoSummariesError } from './errors.ts';
import { findParent } from './find-parent.ts';
import { requireFull } from './require-full.ts';

/** SQLSTATE with which the server says that it does not know what has changed since the parent. */
const NOT_IN_PREREQUISITE_STATE = '55000';

interface Found {
  readonly server: ServerFacts;
  readonly parent: Manifest;
}

/**
 * Takes what has changed since the newest base backup that it can build on. Where it can build on none, it takes a full
 * backup at once and says why, so that the next one can.
 * @throws as `backupPostgresql`; FullNeededError where no full backup can be taken either
 */
export async function backupIncremental(
  run: PostgresqlRun,
  options: BackupOptions,
): Promise<PhysicalManifest> {
  try {
    return await runBackup<'postgresql', Found, { position: PostgresqlPosition }>(run, {
      kind: 'incremental',
      label: options.label,
      prepare: async (run) => {
        const found = await prepare(run, options);
        return { found, parent: found.parent.id };
      },
      take: async (run, { writer, id, found: { server, parent } }) => {
        const file = backupManifestOf(parent);
        const parentManifest = openFile(run.store, parent, file, { signal: run.signal });
        try {
          return await takeBase(run, options, { writer, id, server, parentManifest });
        } catch (error) {
          throw explain(error, parent);
        }
      },
    });
  } catch (error) {
    if (!(error instanceof FullNeededError)) throw error;
    await requireFull(run, error);
    run.report({
      level: 'warning',
      message: `no incremental backup can be taken: ${error.message}; taking a full backup instead`,
    });
    return backupPostgresql(run, options);
  }
}

async function prepare(run: PostgresqlRun, options: BackupOptions): Promise<Found> {
  const server = await preflight(run, options);
  await checkSummaries(run, options);
  const connection = await ReplicationConnection.connect(options.address, { signal: run.signal });
  try {
    const { timeline } = await connection.identifySystem();
    const parent = await findParent(run, { systemId: server.systemId, timeline });
    await checkFiles(run, parent);
    run.report({ level: 'info', message: `building on ${parent.id}` });
    return { server, parent };
  } finally {
    await connection.close();
  }
}

/** The server cannot tell an altered list of the parent's files from another one. */
async function checkFiles({ store, signal }: PostgresqlRun, parent: Manifest): Promise<void> {
  try {
    for await (const _ of openFile(store, parent, backupManifestOf(parent), { signal }));
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    throw new FullNeededError(error.message, { cause: error });
  }
}

/** Without summaries a full backup would be taken every time: that is no accident, and is not made good by itself. */
async function checkSummaries(
  { signal, source }: PostgresqlRun,
  { address }: BackupOptions,
): Promise<void> {
  const client = await connectSql(address, { signal });
  try {
    const { rows } = await client.query<{ summarize: string | null }>(
      "SELECT current_setting('summarize_wal', true) AS summarize",
    );
    const { summarize } = rows[0] ?? {};
    if (summarize === 'on') return;
    throw summarize === 'off'
      ? new PreflightError(
          'the server has summarize_wal = off, so it does not know what has changed',
          'run as superuser: ALTER SYSTEM SET summarize_wal = on; SELECT pg_reload_conf();',
        )
      : new PreflightError(
          `PostgreSQL ${source.settings.server.version} has no incremental base backups`,
          'remove the incremental row: 17 and later have them, and WAL covers every moment between two full backups',
        );
  } finally {
    await client.end();
  }
}

/** The server looks for its summaries when the backup begins. */
function explain(error: unknown, parent: Manifest): unknown {
  const lacking = error instanceof ReplicationError && error.code === NOT_IN_PREREQUISITE_STATE;
  return lacking
    ? new NoSummariesError(
        `the server cannot tell what has changed since ${parent.id} (${error.message})`,
        new Date(parent.startedAt),
        { cause: error },
      )
    : error;
}
