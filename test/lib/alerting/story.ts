import { measurements } from '../../../lambda/alert-stale/measurements.ts';
import { STALE_EVERY_MINUTES } from '../../../lib/alerting/alert-stale.ts';
import { METRIC } from '../../../lib/alerting/metrics.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import type { RunRecord } from '../../../lib/catalog/run-record.ts';
import { sourceStatus } from '../../../lib/catalog/status.ts';
import type { CompiledPlan, DerivedSource } from '../../../lib/plan/compiled.ts';
import { end, header } from '../../support/sample-backup.ts';
import { backupRun, verifyRun, walRun } from '../../support/sample-runs.ts';
import type { Samples } from './evaluator.ts';

/** What happens to one source. All moments are days since midnight of the first one, such as `2.125`. */
export interface Story {
  /** How long it is told. */
  readonly days: number;
  /** Backups that succeed, each with the bytes of its data. */
  readonly backups: Readonly<Record<string, number>>;
  /** Runs that fail. */
  readonly failures?: readonly number[];
  /** Write-ahead log is stored until here. */
  readonly walUntil?: number;
  /** When log was lost. */
  readonly gaps?: readonly number[];
  /** Verifications of the whole source, each with the problems that it found. */
  readonly verifications: Readonly<Record<string, number>>;
  /** Nobody looks any more from here on. */
  readonly blindFrom?: number;
}

const START = Date.UTC(2026, 10, 1);
const DAY = 86_400_000;
const LOOK = STALE_EVERY_MINUTES * 60_000;
const iso = (day: number): string => new Date(START + day * DAY).toISOString();

/** How often somebody looks, in days. */
export const LOOK_DAYS = LOOK / DAY;

/** What `alert-stale` and `verify-checksum` write while the story goes on: of each metric, the samples of every look. */
export function metricsOf(
  compiled: CompiledPlan,
  source: DerivedSource,
  story: Story,
): Map<string, Samples[]> {
  const series = new Map<string, Samples[]>();
  const looks = Math.round(story.days / LOOK_DAYS);
  for (let look = 0; look < looks; look++) {
    const day = (look + 1) * LOOK_DAYS;
    const values = {
      ...(day < (story.blindFrom ?? Number.POSITIVE_INFINITY) &&
        looked(compiled, source, story, day)),
      ...verified(story, day),
    };
    for (const name of Object.values(METRIC)) {
      const value = values[name] ?? null;
      const all = series.get(name) ?? [];
      all.push(value === null ? [] : [value]);
      series.set(name, all);
    }
  }
  return series;
}

function looked(
  compiled: CompiledPlan,
  source: DerivedSource,
  story: Story,
  day: number,
): Readonly<Record<string, number | null>> {
  const status = sourceStatus({
    source,
    minSizeRatio: compiled.alerts.tooSmall.below,
    manifests: entries(story.backups, day).map(([at, bytes]) => manifest(at, bytes)),
    unreadable: [],
    runs: runs(story, day),
    now: new Date(START + day * DAY),
  });
  return measurements(compiled, status).values;
}

const entries = (of: Readonly<Record<string, number>>, until: number): [number, number][] =>
  Object.entries(of)
    .map(([at, value]): [number, number] => [Number(at), value])
    .filter(([at]) => at <= until)
    .sort(([a], [b]) => a - b);

const manifest = (day: number, logicalBytes: number): Manifest => ({
  format: 1,
  ...header({ id: iso(day), startedAt: iso(day) }),
  ...end({ consistentAt: iso(day), completedAt: iso(day) }),
  files: [],
  storedBytes: logicalBytes,
  logicalBytes,
  encryption: null,
  signature: null,
  tool: 'tidemark',
});

function runs(
  { backups, failures = [], verifications, ...story }: Story,
  day: number,
): RunRecord[] {
  const stored = Math.min(day, story.walUntil ?? day);
  const lost = (story.gaps ?? []).filter((at) => at <= day);
  return [
    ...entries(backups, day).map(([at]) => backupRun(iso(at))),
    ...failures
      .filter((at) => at <= day)
      .map((at) => backupRun(iso(at), { outcome: 'failed', backup: null, error: 'refused' })),
    ...entries(verifications, day).map(([at]) => verifyRun(iso(at))),
    ...lost.map((at) =>
      walRun(iso(at), { gap: { from: '0/1000000', to: '0/2000000', reason: 'removed' } }),
    ),
    // The last half minute is still on its way.
    ...(stored > 0 ? [walRun(iso(stored - 30_000 / DAY))] : []),
  ].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** What a verification of a whole source writes when it ends. */
const verified = (
  { verifications }: Story,
  day: number,
): Readonly<Record<string, number | null>> => ({
  [METRIC.verificationProblems]:
    entries(verifications, day).find(([at]) => at > day - LOOK_DAYS)?.[1] ?? null,
});
