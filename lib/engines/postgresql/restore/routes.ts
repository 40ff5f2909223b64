import { DamagedError, NewerFormatError } from '../../../catalog/errors.ts';
import type { PhysicalManifest } from '../../../catalog/manifest.ts';
import { readRuns } from '../../../catalog/reader.ts';
import type { WalRun } from '../../../catalog/run-record.ts';
import { parseLsn } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import { type ClusterWal, readClusterWal, withOwnWal } from './cluster-wal.ts';
import { type Coverage, cover } from './coverage.ts';
import { RestoreWindowError } from './errors.ts';
import type { WalReader } from './stage-wal.ts';
import { historiesFrom, type TimelineStep } from './timelines.ts';
import { type Route, route } from './window.ts';

interface Routes {
  readonly routes: readonly Route<WalReader>[];
  /** Records of the WAL stream, of every cluster. */
  readonly runs: readonly WalRun[];
  /** Stored WAL by system identifier. */
  readonly clusters: ReadonlyMap<string, ClusterWal>;
}

/**
 * Every way back that the store holds: one for each base backup. Reads lists and records, no data.
 * @param timeline the only one to follow; base backups that are not on the way to it are left out
 * @throws RestoreWindowError if no base backup is on the way to the timeline
 */
export async function findRoutes(
  run: PostgresqlRun,
  backups: readonly PhysicalManifest[],
  timeline?: number,
): Promise<Routes> {
  const runs = await readWalRuns(run, backups);
  const clusters = new Map<string, ClusterWal>();
  const routes: Route<WalReader>[] = [];
  for (const backup of backups) {
    const { systemId } = backup.position;
    const wal =
      clusters.get(systemId) ??
      (await readClusterWal(run.store, run.source.name, systemId, backups));
    clusters.set(systemId, wal);
    const histories = historiesOf(backup, wal, timeline);
    if (histories.length === 0) continue;
    const coverage = coverageOf(backup, wal, histories, run);
    if (coverage) {
      routes.push(route(backup, coverage, runs));
      continue;
    }
    run.report({
      level: 'warning',
      message: `${backup.id} cannot be used: WAL between its start and its end is missing`,
    });
  }
  if (routes.length === 0 && timeline !== undefined) {
    const stored = new Set(
      backups.flatMap((backup) => {
        const wal = clusters.get(backup.position.systemId);
        return wal ? historiesOf(backup, wal).map((history) => history.at(-1)?.timeline) : [];
      }),
    );
    throw new RestoreWindowError(
      `no base backup leads to timeline ${timeline}; what is stored leads to ${[...stored].sort().join(', ')}`,
    );
  }
  return { routes, runs, clusters };
}

/** Newest timeline first. */
function historiesOf(
  { position }: PhysicalManifest,
  wal: ClusterWal,
  timeline?: number,
): (readonly TimelineStep[])[] {
  const { timeline: own, endLsn } = position;
  return historiesFrom(wal.histories, { timeline: own, endLsn: parseLsn(endLsn) }).filter(
    (history) => timeline === undefined || history.at(-1)?.timeline === timeline,
  );
}

/** Without its records a restore knows no moments, but the way to the latest state needs none. */
async function readWalRuns(
  { store, source, now, report }: PostgresqlRun,
  backups: readonly PhysicalManifest[],
): Promise<WalRun[]> {
  const from = new Date(Math.min(...backups.map(({ startedAt }) => Date.parse(startedAt))));
  try {
    return await readRuns(store, source.name, { from, to: now(), action: 'wal' });
  } catch (error) {
    if (!(error instanceof DamagedError || error instanceof NewerFormatError)) throw error;
    report({
      level: 'warning',
      message: `no moment after a base backup is known, because a record cannot be read: ${error.message}`,
    });
    return [];
  }
}

/** Along the newest timeline whose WAL is stored. Undefined if the base itself is not covered. */
function coverageOf(
  backup: PhysicalManifest,
  wal: ClusterWal,
  histories: readonly (readonly TimelineStep[])[],
  { store }: PostgresqlRun,
): Coverage<WalReader> | undefined {
  const { position } = backup;
  const endLsn = parseLsn(position.endLsn);
  const segments = withOwnWal(wal, store, backup);
  for (const history of histories) {
    const coverage = cover({
      from: parseLsn(position.startLsn),
      segmentSize: position.walSegmentSize,
      history,
      stored: segments,
    });
    const begin = history.at(-1)?.from ?? 0n;
    if (coverage.end >= endLsn && coverage.end > begin) return coverage;
  }
  return undefined;
}
