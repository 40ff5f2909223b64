import type { CompiledPlan, CompiledSource, Protection } from '../plan/compiled.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { longestGap, type Schedule } from '../plan/values/schedule.ts';
import type { ObjectStore } from '../stores/store.ts';
import type { Manifest } from './manifest.ts';
import { readRuns, scanBackups } from './reader.ts';
import type { RunRecord } from './run-record.ts';

/** A backup below this share of the recent average is suspicious. */
export const MIN_SIZE_RATIO = 0.8;
/** How many earlier backups make up the average. */
const AVERAGE_OF = 7;

export type Health = 'ok' | 'warning' | 'critical';

export interface ProtectionStatus {
  readonly kind: Protection['kind'];
  /** Of the newest backup, or the moment up to which WAL is known to be safe; null = there is none. */
  readonly newest: string | null;
  readonly ageSeconds: number | null;
  /** Older than the plan allows, or never. */
  readonly overdue: boolean;
  /** Size of the newest one against the average of those before it; null = too few to compare, or WAL. */
  readonly sizeRatio: number | null;
  /** Runs of this kind that failed since the last success. */
  readonly failuresSinceSuccess: number;
  readonly lastError: string | null;
}

export interface SourceStatus {
  readonly source: string;
  readonly health: Health;
  /** Sentences, the worst first. */
  readonly reasons: readonly string[];
  readonly protections: readonly ProtectionStatus[];
  /** WAL that was lost, newest last. */
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly reason: string }[];
  readonly verification: {
    readonly newest: string | null;
    readonly ageSeconds: number | null;
    readonly overdue: boolean;
    /** Problems of the newest verification. */
    readonly problems: readonly string[];
  };
}

export interface StatusInput {
  readonly source: CompiledSource;
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
  const gaps = runs.flatMap((run) => (run.action === 'wal' && run.gap ? [run.gap] : []));
  const verification = verificationStatus(source, runs, now);
  const critical: string[] = [];
  const warning: string[] = [];
  for (const key of input.unreadable) critical.push(`${key} cannot be read`);
  for (const p of protections) {
    if (p.newest === null) critical.push(`${p.kind}: there is none yet`);
    else if (p.overdue)
      critical.push(`${p.kind}: the newest is ${formatSeconds(p.ageSeconds ?? 0)} old`);
    if (p.failuresSinceSuccess > 0)
      critical.push(
        `${p.kind}: ${p.failuresSinceSuccess} failed since the last success (${p.lastError})`,
      );
    if (p.sizeRatio !== null && p.sizeRatio < MIN_SIZE_RATIO) {
      warning.push(
        `${p.kind}: the newest has ${Math.round(p.sizeRatio * 100)} % of the usual size`,
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
  for (const gap of uncoveredGaps(input)) {
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
    verification,
  };
}

function protectionStatus(
  protection: Protection,
  { manifests, runs, now }: StatusInput,
): ProtectionStatus {
  const { kind } = protection;
  const own = manifests.filter((manifest) => manifest.kind === kind);
  const newestBackup = own.at(-1);
  const safe = runs.flatMap((run) =>
    run.action === 'wal' && run.serverTime ? [run.serverTime] : [],
  );
  const newest =
    kind === 'wal' ? (safe.sort().at(-1) ?? null) : (newestBackup?.consistentAt ?? null);
  const ageSeconds = newest === null ? null : (now.getTime() - Date.parse(newest)) / 1000;
  const ended = runs.filter((run) =>
    kind === 'wal' ? run.action === 'wal' : run.action === 'backup' && run.kind === kind,
  );
  const lastSuccess = ended.findLastIndex(({ outcome }) => outcome === 'succeeded');
  const failures = ended.slice(lastSuccess + 1);
  return {
    kind,
    newest,
    ageSeconds,
    overdue: ageSeconds === null || ageSeconds > protection.overdueSeconds,
    sizeRatio: kind === 'wal' ? null : sizeRatio(own),
    failuresSinceSuccess: failures.length,
    lastError: failures.at(-1)?.error ?? null,
  };
}

/** By the data's size, not the stored one, which compression moves. */
function sizeRatio(manifests: readonly Manifest[]): number | null {
  const newest = manifests.at(-1);
  const before = manifests.slice(-1 - AVERAGE_OF, -1);
  if (!newest || before.length === 0) return null;
  const average = before.reduce((sum, { logicalBytes }) => sum + logicalBytes, 0) / before.length;
  return average === 0 ? null : newest.logicalBytes / average;
}

function verificationStatus(
  source: CompiledSource,
  runs: readonly RunRecord[],
  now: Date,
): SourceStatus['verification'] {
  const newest = runs.findLast((run) => run.action === 'verify');
  const ageSeconds = newest ? (now.getTime() - Date.parse(newest.endedAt)) / 1000 : null;
  const allowed = allowedAge(source.verify.checksums, now);
  const problems =
    newest?.action === 'verify'
      ? [...newest.backups.flatMap((backup) => backup.problems), ...(newest.wal?.problems ?? [])]
      : [];
  return {
    newest: newest?.endedAt ?? null,
    ageSeconds,
    overdue: allowed !== null && (ageSeconds === null || ageSeconds > allowed),
    problems,
  };
}

const DAY_SECONDS = 86_400;

/** A verification may be a day late: it runs on a cadence of its own. */
function allowedAge(schedule: Schedule | null, now: Date): number | null {
  return schedule === null ? null : longestGap(schedule, now) + DAY_SECONDS;
}

/** Gaps after which no full backup was started: nothing behind them can be restored. */
function uncoveredGaps({ runs, manifests }: StatusInput) {
  return runs.flatMap((run) => {
    if (run.action !== 'wal' || run.gap === null) return [];
    const covered = manifests.some(
      ({ kind, startedAt }) => kind === 'full' && startedAt > run.startedAt,
    );
    return covered ? [] : [run.gap];
  });
}

/** The WAL streamer writes a record every minute or so: two days tell its state. */
const WAL_DAYS = 2;
/** Longer than the longest cadence, a month. */
const OTHER_DAYS = 40;

/** Reads what the status of every source needs: its manifests and its recent runs, never data. */
export async function readStatus(
  store: ObjectStore,
  compiled: CompiledPlan,
  now: Date,
): Promise<SourceStatus[]> {
  return Promise.all(
    compiled.sources.map(async (source) => {
      const recent = (days: number) => new Date(now.getTime() - days * DAY_SECONDS * 1000);
      const [backups, wal, backupRuns, verifications] = await Promise.all([
        scanBackups(store, source.name),
        readRuns(store, source.name, { from: recent(WAL_DAYS), to: now, action: 'wal' }),
        readRuns(store, source.name, { from: recent(OTHER_DAYS), to: now, action: 'backup' }),
        readRuns(store, source.name, { from: recent(OTHER_DAYS), to: now, action: 'verify' }),
      ]);
      return sourceStatus({
        source,
        manifests: backups.manifests,
        unreadable: backups.unreadable.map(({ key }) => key),
        runs: [...wal, ...backupRuns, ...verifications],
        now,
      });
    }),
  );
}
