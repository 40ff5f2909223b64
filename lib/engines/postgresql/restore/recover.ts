import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLsn, type Lsn, timelineName } from '../lsn.ts';
import { RecoveryError } from './errors.ts';
import { createSocketFolder, writeConfiguration, writeOwned } from './private-configuration.ts';
import { type RecoveryOutcome, runRecovery } from './recovery-server.ts';
import { type RecoveryGoal, recoverySettings } from './recovery-settings.ts';
import type { Target } from './target.ts';
import { parseHistory } from './timelines.ts';
import { requireWholeReplay } from './wal-end.ts';

interface RecoverOptions {
  readonly target: Target;
  /** The `postgres` program. */
  readonly program: string;
  /** Folder of the staged WAL. */
  readonly wal: string;
  /** Timeline to follow: a number has a staged history, `current` is the base's own. */
  readonly timeline: number | 'current';
  readonly goal: RecoveryGoal;
  readonly segmentSize: number;
  /** Everything before this position is staged, from this segment of each start. */
  readonly end: Lsn;
  readonly nameOf: (start: Lsn) => string | undefined;
  readonly signal: AbortSignal;
  /** Called whenever the server takes the next segment. */
  readonly onSegment: () => void;
}

interface Recovered {
  /** Position at which the recovery ended and the new timeline begins. */
  readonly lsn: Lsn;
  /** The new timeline. */
  readonly timeline: number;
  /** Commit time of the last transaction that was replayed; null if there was none. */
  readonly lastCommitAt: Date | null;
}

const AUTO_CONF = 'postgresql.auto.conf';

/**
 * Lets PostgreSQL replay the staged WAL, promote and stop. Nothing of the recovery's settings stays behind.
 * @throws RecoveryError
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { target } = options;
  // What was set with ALTER SYSTEM belongs to the original's machine; it comes back afterwards.
  const aside = join(target.staging, AUTO_CONF);
  await rename(join(target.dataDir, AUTO_CONF), aside);
  await rm(join(target.dataDir, 'standby.signal'), { force: true });
  await writeOwned(join(target.dataDir, 'recovery.signal'), '', target.owner);
  const socket = await createSocketFolder(target.owner);
  try {
    const log = new RecoveryLog(options.onSegment);
    let outcome = await attempt(options, options.goal, socket, log);
    // The caller has proven that every commit up to the goal is staged, so none lies between here and there.
    const atEnd = options.goal === 'end' || outcome === 'target not reached';
    if (outcome === 'target not reached') outcome = await attempt(options, 'end', socket, log);
    if (outcome === 'target not reached') {
      throw new RecoveryError(`recovery of ${target.dataDir} did not end by itself`);
    }
    await rename(aside, join(target.dataDir, AUTO_CONF));
    // It names the settings of this recovery, and `pg_ctl restart` would start with them.
    await rm(join(target.dataDir, 'postmaster.opts'), { force: true });
    const { timeline, lsn } = await newTimeline(target.dataDir);
    if (atEnd) {
      const behind = await requireWholeReplay(lsn, { ...options, folder: options.wal });
      if (behind === 'cut record') requireReached(options.goal, lsn);
    }
    return { timeline, lsn, lastCommitAt: log.lastCommitAt };
  } finally {
    await rm(socket, { recursive: true, force: true });
  }
}

async function attempt(
  options: RecoverOptions,
  goal: RecoveryGoal,
  socket: string,
  log: RecoveryLog,
): Promise<RecoveryOutcome> {
  const { target } = options;
  const configFile = await writeConfiguration(
    { folder: target.staging, socket, owner: target.owner },
    (folders) => recoverySettings({ wal: options.wal, ...folders }, options.timeline, goal),
  );
  return runRecovery({
    program: options.program,
    dataDir: target.dataDir,
    configFile,
    socket,
    owner: target.owner,
    signal: options.signal,
    onLine: (line) => log.add(line),
  });
}

/** A position is only reached with the record that begins there, if one does. @throws RecoveryError */
function requireReached(goal: RecoveryGoal, reached: Lsn): void {
  if (goal === 'end' || goal.stop instanceof Date || !goal.inclusive || goal.stop < reached) return;
  throw new RecoveryError(
    `the record at ${formatLsn(goal.stop)} is not stored to its end; restore without it (--exclusive), or to an earlier position`,
  );
}

/** Every promotion leaves a history file that says where it happened. */
async function newTimeline(dataDir: string): Promise<{ timeline: number; lsn: Lsn }> {
  const names = await readdir(join(dataDir, 'pg_wal'));
  const timelines = names
    .filter((name) => /^[0-9A-F]{8}\.history$/.test(name))
    .map((name) => Number.parseInt(name, 16));
  const timeline = Math.max(...timelines);
  const text = await readFile(join(dataDir, 'pg_wal', `${timelineName(timeline)}.history`), 'utf8');
  const begin = parseHistory(timeline, text).at(-1)?.from;
  if (begin === undefined) throw new RecoveryError(`${dataDir} was recovered without a promotion`);
  return { timeline, lsn: begin };
}

/** Takes from the server's log what no query tells without knowing a role of the restored cluster. */
class RecoveryLog {
  lastCommitAt: Date | null = null;
  readonly #onSegment: () => void;

  constructor(onSegment: () => void) {
    this.#onSegment = onSegment;
  }

  add(line: string): void {
    if (/restored log file "[0-9A-F]{24}"/.test(line)) this.#onSegment();
    const [, day, time] =
      /last completed transaction was at log time (\S+) (\S+)\+00/.exec(line) ?? [];
    if (day !== undefined && time !== undefined) this.lastCommitAt = new Date(`${day}T${time}Z`);
  }
}
