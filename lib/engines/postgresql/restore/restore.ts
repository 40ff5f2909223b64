import { join } from 'node:path';
import { ThawPendingError } from '../../../catalog/errors.ts';
import { ensureThawed, type ThawOrder } from '../../../catalog/thaw.ts';
import { withHidden } from '../../hidden-store.ts';
import { recordRestore } from '../../restore-record.ts';
import { completeDirectory, explainFull, type Owner } from '../../restore-target.ts';
import { formatLsn } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import { archivedOf } from './archived.ts';
import { restoreBase } from './base.ts';
import { type Choice, choose } from './choose.ts';
import { restoreChain } from './combine.ts';
import type { RestoreWay } from './goal.ts';
import { chainBytes, neededRoom, walBytes } from './needed-room.ts';
import { findChainPrograms, findPostgres } from './programs.ts';
import { progress, stopwatch } from './progress.ts';
import { recover } from './recover.ts';
import { stageWal } from './stage-wal.ts';
import { createTarget, inspectTarget, removeStaging, requireSpace, type Target } from './target.ts';

export interface RestoreOptions extends RestoreWay {
  /** Directory for the data; has to be empty or not to exist. */
  readonly target: string;
  /** Folder of PostgreSQL's programs. @default Debian's folder of the server's major version, then the PATH */
  readonly binDir?: string;
  /** Who owns the data directory, when root restores. @default the plan's server */
  readonly owner?: Owner;
  /** What to do where the backup is archived. @default it is an error */
  readonly thaw?: ThawOrder;
}

export interface RestoreResult {
  readonly engine: 'postgresql';
  /** The base backup that was used. */
  readonly backup: string;
  readonly target: string;
  /** Commit time of the last transaction in the data that WAL brought; null if the base already held everything. */
  readonly lastCommitAt: Date | null;
  /** Where the replayed WAL ends. */
  readonly lsn: string;
  /** The timeline that the restored cluster writes. */
  readonly timeline: number;
  /** Decoded bytes of the base backup and of the WAL. */
  readonly bytes: { readonly base: number; readonly wal: number };
  /** Seconds that each phase took. */
  readonly seconds: {
    readonly base: number;
    readonly wal: number;
    readonly recovery: number;
    readonly total: number;
  };
}

/**
 * Brings a cluster back into a directory, recovered, stopped cleanly and ready to be started. Everything is checked
 * before it is used. A restore that fails leaves a directory that says so and that no later run accepts.
 *
 * @throws RestoreTargetError, RestoreWindowError, ArchivedError before anything is written
 * @throws ThawPendingError if it can only be restored later; there is no record of that
 * @throws DamagedError, TargetFullError, RecoveryError, StoreError
 */
export async function restorePostgresql(
  context: PostgresqlRun,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const run = withHidden(context);
  const startedAt = run.now();
  let backup: string | null = null;
  try {
    const target = await inspectTarget({ ...options, planOwner: run.source.settings.server });
    const choice = await choose(run, options);
    backup = choice.route.base.id;
    const result = await restoreChosen(run, options, target, choice);
    await recordRestore(run, { startedAt, backup, target: target.dataDir, error: null });
    return result;
  } catch (error) {
    if (error instanceof ThawPendingError) throw error;
    await recordRestore(run, { startedAt, backup, target: options.target, error });
    throw error;
  }
}

/** Restores what was chosen to where it was inspected, without a record. @throws as `restorePostgresql` */
export async function restoreChosen(
  run: PostgresqlRun,
  options: Pick<RestoreOptions, 'binDir' | 'thaw'>,
  target: Target,
  choice: Choice,
): Promise<RestoreResult> {
  const { route, chain, wal, pieces, digests, end } = choice;
  const { signal, report } = run;
  const { base } = route;
  const { walSegmentSize: segmentSize, systemId } = base.position;
  const [major = ''] = base.serverVersion.split('.');
  const program = await findPostgres(major, options.binDir);
  const timeline = route.coverage.history.at(-1)?.timeline ?? base.position.timeline;
  const combining = chain.length > 1 ? await findChainPrograms(program) : undefined;
  const bytes = { base: chainBytes(chain), wal: walBytes(choice) };
  await requireSpace(target, neededRoom(choice));
  // After everything else that can be wrong: it costs, and takes hours.
  await ensureThawed(run, base.id, await archivedOf(run.store, choice), options.thaw);

  report({
    level: 'info',
    message: `restoring ${chain.map(({ id }) => id).join(' with ')}, then WAL up to ${formatLsn(end)} of timeline ${timeline}`,
  });
  const clock = stopwatch();
  await createTarget(target, base.id);
  try {
    const onBytes = progress(run, 'fetching and checking the base backup', bytes.base);
    const fetching = { store: run.store, signal, onBytes };
    if (combining) {
      const combine = () => report({ level: 'info', message: 'combining the backups' });
      await restoreChain({ ...fetching, backups: chain, target, programs: combining, combine });
    } else {
      await restoreBase({ ...fetching, backup: base, place: target });
    }
    const baseSeconds = clock();
    const folder = join(target.staging, 'wal');
    await stageWal({
      folder,
      segments: pieces,
      digests,
      histories: wal.historyFiles,
      segmentSize,
      systemId,
      owner: target.owner,
      signal,
      onBytes: progress(run, 'fetching and checking WAL', bytes.wal),
    });
    const walSeconds = clock();
    const replayed = progress(run, 'replaying WAL', bytes.wal);
    const names = new Map(pieces.map(({ start, name }) => [start, name]));
    const recovered = await recover({
      target,
      program,
      wal: folder,
      timeline: timeline === base.position.timeline ? 'current' : timeline,
      goal: choice.goal,
      segmentSize,
      end,
      nameOf: (start) => names.get(start),
      signal,
      onSegment: () => replayed(segmentSize),
    });
    await completeDirectory(target.dataDir);
    const recoverySeconds = clock();
    return {
      engine: 'postgresql',
      backup: base.id,
      target: target.dataDir,
      lastCommitAt: recovered.lastCommitAt,
      lsn: formatLsn(recovered.lsn),
      timeline: recovered.timeline,
      bytes,
      seconds: {
        base: baseSeconds,
        wal: walSeconds,
        recovery: recoverySeconds,
        total: baseSeconds + walSeconds + recoverySeconds,
      },
    };
  } catch (error) {
    throw explainFull(error, target.dataDir);
  } finally {
    await removeStaging(target);
  }
}
