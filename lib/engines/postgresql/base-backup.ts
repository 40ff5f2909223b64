import { backupId } from '../../catalog/keys.ts';
import { lockedWrites } from '../../catalog/locked-writes.ts';
import type { Manifest, PostgresqlPosition } from '../../catalog/manifest.ts';
import { claimStore, readBackups } from '../../catalog/reader.ts';
import { chooseTier, type TierChoice } from '../../catalog/tier.ts';
import { BackupWriter } from '../../catalog/writer.ts';
import { acquireLock } from '../../lock/lock.ts';
import { TOOL } from '../../version.ts';
import type { RunContext } from '../run.ts';
import { type CopiedBase, copyBase } from './base-backup-copy.ts';
import { recordBackup } from './base-backup-record.ts';
import type { ServerAddress } from './connection.ts';
import { formatLsn } from './lsn.ts';
import { preflight, type ServerFacts } from './preflight.ts';
import { PreflightError } from './preflight-error.ts';

export interface BackupOptions {
  readonly address: ServerAddress;
  /** `fast` begins at once and makes the server write everything now. @default 'spread' */
  readonly checkpoint?: 'fast' | 'spread';
  /** System identifier of another cluster that deliberately takes the place of the one in the store. */
  readonly acceptSystemId?: string;
}

/**
 * Takes a full base backup with the WAL that it needs. It exists when this returns, and not before; every failure
 * is recorded in the store as far as that can be written.
 * @throws PreflightError, LockHeldError, ServerConnectError, ReplicationError, StoreError; the signal's reason
 */
export async function backupPostgresql(run: RunContext, options: BackupOptions): Promise<Manifest> {
  const { store, compiled } = run;
  const startedAt = run.now();
  // A store of somebody else gets no record either.
  await claimStore(store, compiled.plan, compiled.environment);
  try {
    const manifest = await takeLocked(run, options, startedAt);
    await recordBackup(run, startedAt, { manifest });
    return manifest;
  } catch (error) {
    await recordBackup(run, startedAt, { error });
    throw error;
  }
}

async function takeLocked(
  run: RunContext,
  options: BackupOptions,
  startedAt: Date,
): Promise<Manifest> {
  const lock = await acquireLock({
    store: run.store,
    plan: run.compiled.plan,
    environment: run.compiled.environment,
    source: run.source.name,
    activity: 'backup',
  });
  try {
    const signal = AbortSignal.any([run.signal, lock.signal]);
    return await take({ ...run, signal }, options, startedAt);
  } finally {
    await lock.release();
  }
}

async function take(run: RunContext, options: BackupOptions, startedAt: Date): Promise<Manifest> {
  const { store, compiled, source } = run;
  const server = await preflight(run, options);
  const { tier, class: className } = await tierNow(run, startedAt);
  const id = backupId(startedAt, 'full');
  const writer = new BackupWriter(lockedWrites(store, compiled, run.now), {
    id,
    plan: compiled.plan,
    environment: compiled.environment,
    source: source.name,
    engine: source.engine,
    kind: 'full',
    tier,
    class: className,
    startedAt: startedAt.toISOString(),
    parent: null,
  });
  const base = await copyBase(run, {
    address: options.address,
    checkpoint: options.checkpoint ?? 'spread',
    label: `${TOOL} ${id}`,
    systemId: server.systemId,
    writer,
  });
  run.signal.throwIfAborted();
  return writer.commit({
    serverVersion: server.serverVersion,
    completedAt: run.now().toISOString(),
    consistentAt: base.consistentAt.toISOString(),
    position: position(server, base),
    counts: {},
  });
}

async function tierNow(run: RunContext, now: Date): Promise<TierChoice> {
  const { store, compiled, source } = run;
  const full = source.protections.find(({ kind }) => kind === 'full');
  if (!full) {
    throw new PreflightError(
      `the plan takes no full backups of ${source.name}`,
      `add full({ at: '03:00' }) to sources.${source.name}.protect`,
    );
  }
  const backups = (await readBackups(store, source.name)).filter(({ kind }) => kind === 'full');
  return chooseTier(full, backups, now, compiled.weekStartsOn);
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
