import {
  type CompiledPlan,
  type CompiledSource,
  derivedSources,
  type Protection,
} from '../plan/compiled.ts';
import { continuedBy } from '../plan/proof/bases.ts';
import { hasDumpsBeside } from '../plan/proof-schedules.ts';
import { formatSeconds, MS_PER_DAY } from '../plan/values/duration.ts';
import { roleOf } from '../plan/values/rows.ts';
import type { ObjectStore } from '../stores/store.ts';
import { type DrillStatus, drillStatus } from './drill-status.ts';
import type { Manifest } from './manifest.ts';
import { listRuns, scanBackups } from './reader.ts';
import type { AofRun, RunRecord, WalRun } from './run-record.ts';
import { AVERAGE_OF, sizeRatio } from './size-ratio.ts';
import { readTellingRuns } from './telling-runs.ts';
import { alarmingGaps, uncoveredGaps } from './uncovered-gaps.ts';
import { type VerificationStatus, verificationStatus } from './verification-status.ts';

/** Clocks of servers, pods and S3 may differ by so much. */
export const CLOCK_TOLERANCE_SECONDS = 300;

export type Health = 'ok' | 'warning' | 'critical';

export interface ProtectionStatus {
  readonly kind: Protection['kind'];
  /** Of the newest backup, or the moment up to which a log is known to be safe; null = there is none. */
  readonly newest: string | null;
  readonly ageSeconds: number | null;
  /** Older than the plan allows, or never. */
  readonly overdue: boolean;
  /** Size of the newest one against the average of those before it; null = too few to compare, or a log. */
  readonly sizeRatio: number | null;
  /** Runs of this kind that failed since the last success. */
  readonly failuresSinceSuccess: number;
  readonly lastError: string | null;
  /** Logs: everything before this position is stored, `16/B374D848`, or generation and position; null = none yet, or no log. */
  readonly durable: string | null;
}

export interface SourceStatus {
  readonly source: string;
  readonly health: Health;
  /** Sentences, the worst first. */
  readonly reasons: readonly string[];
  readonly protections: readonly ProtectionStatus[];
  /** What was lost of a log, newest last: positions of WAL, moments of an append-only file. */
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly reason: string }[];
  /** Gaps in WAL that nobody may overlook: no base backup begins behind them, or they are less than two days old. */
  readonly alarmingGaps: number;
  readonly verification: VerificationStatus;
  readonly drill: DrillStatus;
}

export interface StatusInput {
  readonly source: CompiledSource;
  /** A backup below this share of the recent average is suspicious. */
  readonly minSizeRatio: number;
  readonly manifests: readonly Manifest[];
  /** Manifests that cannot be read: their keys. */
  readonly unreadable: readonly string[];
  /** Recent run records, oldest first. */
  readonly runs: readonly RunRecord[];
  readonly now: Date;
}

/** What is fresh, late, failed or too small. Pure: the same answer for the Lambda and the CLI. */
export function sourceStatus(input: StatusInput): SourceStatus {
  const { source, now, runs } = input;
  const protections = source.protections
    .filter(({ derived }) => derived)
    .map((protection) => protectionStatus(protection, input));
  const gaps = runs.flatMap((run) => (isLogRun(run) && run.gap ? [run.gap] : []));
  const verification = verificationStatus(source, runs, now);
  const drill = drillStatus(source, runs, now);
  const critical: string[] = [];
  const warning: string[] = [];
  for (const key of input.unreadable) critical.push(`${key} cannot be read`);
  for (const p of protections) {
    if (p.newest === null)
      critical.push(
        p.durable === null
          ? `${p.kind}: there is none yet`
          : `${p.kind}: stored up to ${p.durable}, but no recent run could tell of which moment that is`,
      );
    else if (isAhead(p.ageSeconds))
      critical.push(
        `${p.kind}: the newest is of ${p.newest}, which has not come yet: the clock of the server or of this machine is wrong`,
      );
    else if (p.overdue)
      critical.push(`${p.kind}: the newest is ${formatSeconds(p.ageSeconds ?? 0)} old`);
    if (p.failuresSinceSuccess > 0)
      critical.push(
        `${p.kind}: ${p.failuresSinceSuccess} failed since the last success (${p.lastError})`,
      );
    if (p.sizeRatio !== null && p.sizeRatio < input.minSizeRatio) {
      warning.push(
        `${p.kind}: the newest has ${Math.floor(p.sizeRatio * 100)} % of the usual size`,
      );
    }
  }
  if (verification.problems.length > 0)
    critical.push(`verification found damage: ${verification.problems[0]}`);
  if (verification.overdue) {
    warning.push(
      verification.ageSeconds === null
        ? 'nothing was verified yet'
        : `the last verification is ${formatSeconds(verification.ageSeconds)} ago`,
    );
  }
  if (drill.error !== null) warning.push(`the last drill failed: ${drill.error}`);
  if (drill.overdue) {
    warning.push(
      drill.ageSeconds === null
        ? hasDumpsBeside(source)
          ? 'no drills have proven yet that both its base backups and its dumps can be restored'
          : 'no drill has proven yet that it can be restored'
        : `the last drill that passed is ${formatSeconds(drill.ageSeconds)} ago`,
    );
  }
  for (const gap of uncoveredGaps(runs, input.manifests)) {
    critical.push(
      `WAL from ${gap.from} to ${gap.to} was lost (${gap.reason}) and no base backup was taken since`,
    );
  }
  return {
    source: source.name,
    health: critical.length > 0 ? 'critical' : warning.length > 0 ? 'warning' : 'ok',
    reasons: [...critical, ...warning],
    protections,
    gaps,
    alarmingGaps: alarmingGaps(runs, input.manifests, now),
    verification,
    drill,
  };
}

function protectionStatus(
  protection: Protection,
  { manifests, runs, now }: StatusInput,
): ProtectionStatus {
  const { kind } = protection;
  const isLog = roleOf(kind) === 'log';
  const own = manifests.filter((manifest) => manifest.kind === kind);
  // Where nothing can be continued a whole backup is taken instead: it is as new, and ends what failed.
  const as = [kind, ...(roleOf(kind) === 'delta' ? continuedBy(kind) : [])];
  const newestBackup = manifests.findLast((manifest) => as.includes(manifest.kind));
  const log = runs.filter(isLogRun).filter(({ action }) => action === kind);
  const safe = log.flatMap(({ serverTime }) => (serverTime === null ? [] : [serverTime]));
  const newest = isLog ? (safe.sort().at(-1) ?? null) : (newestBackup?.consistentAt ?? null);
  const ageSeconds = newest === null ? null : (now.getTime() - Date.parse(newest)) / 1000;
  const ended = isLog ? log : runs.filter((run) => isBackupOf(run, kind) || endsFailures(run, as));
  const lastSuccess = ended.findLastIndex(({ outcome }) => outcome === 'succeeded');
  const failures = ended.slice(lastSuccess + 1);
  return {
    kind,
    newest,
    ageSeconds,
    // What has not come yet says nothing about now.
    overdue: ageSeconds === null || ageSeconds > protection.overdueSeconds || isAhead(ageSeconds),
    sizeRatio: isLog ? null : sizeRatio(own),
    failuresSinceSuccess: failures.length,
    lastError: failures.at(-1)?.error ?? null,
    durable: durableOf(log.at(-1)),
  };
}

const isBackupOf = (run: RunRecord, kind: Protection['kind']): boolean =>
  run.action === 'backup' && run.kind === kind;

const endsFailures = (run: RunRecord, kinds: readonly Protection['kind'][]): boolean =>
  run.outcome === 'succeeded' && kinds.some((kind) => isBackupOf(run, kind));

type LogRun = WalRun | AofRun;

const isLogRun = (run: RunRecord): run is LogRun => run.action === 'wal' || run.action === 'aof';

function durableOf(run: LogRun | undefined): string | null {
  if (run === undefined) return null;
  if (run.action === 'wal') return run.durable;
  return run.generation === null ? null : `${run.generation}/${run.durable ?? 0}`;
}

const isAhead = (ageSeconds: number | null): boolean =>
  ageSeconds !== null && ageSeconds < -CLOCK_TOLERANCE_SECONDS;

/** Longer than the longest cadence, a month. */
const DAYS = 40;

/**
 * Reads what the status of every source needs: its newest manifests, its newest run records and every record of a gap.
 * The number of reads does not grow with what is stored; only lists do, of forty days.
 */
export async function readStatus(
  store: ObjectStore,
  compiled: CompiledPlan,
  now: Date,
): Promise<SourceStatus[]> {
  return Promise.all(
    derivedSources(compiled).map(async (source) =>
      sourceStatus(await readStatusInput(store, compiled, source, now)),
    ),
  );
}

/**
 * What is known of one source.
 * @param list the keys of its run records in a range of time, oldest first. @default asks the store for all of them
 */
export async function readStatusInput(
  store: ObjectStore,
  compiled: CompiledPlan,
  source: CompiledSource,
  now: Date,
  list: typeof listRuns = listRuns,
): Promise<StatusInput> {
  const from = new Date(now.getTime() - DAYS * MS_PER_DAY);
  const [backups, keys] = await Promise.all([
    scanBackups(store, source.name, AVERAGE_OF + 1),
    list(store, source.name, { from, to: now }),
  ]);
  return {
    source,
    minSizeRatio: compiled.alerts.tooSmall.below,
    manifests: backups.manifests,
    unreadable: backups.unreadable.map(({ key }) => key),
    runs: await readTellingRuns(store, source, keys),
    now,
  };
}
