import { heldBackups } from '../../../catalog/hold.ts';
import type { PhysicalManifest } from '../../../catalog/manifest.ts';
import { claimStore } from '../../../catalog/reader.ts';
import type { WalRun } from '../../../catalog/run-record.ts';
import { StoreError } from '../../../stores/errors.ts';
import { type Lsn, parseLsn } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import type { ClusterWal } from './cluster-wal.ts';
import type { Coverage } from './coverage.ts';
import { findRestorePoint } from './find-restore-point.ts';
import type { RestoreWay } from './goal.ts';
import { readableBases } from './readable-bases.ts';
import type { RecoveryGoal } from './recovery-settings.ts';
import { findRoutes } from './routes.ts';
import type { WalReader } from './stage-wal.ts';
import { requireSteadyClock } from './steady-clock.ts';
import { neededUpTo, proofsOf, type Route, routeTo, routeToLatest, routeToLsn } from './window.ts';

/** What a restore will use. */
export interface Choice {
  readonly route: Route<WalReader>;
  /** The base backup with those that it builds on, the full one first. */
  readonly chain: readonly PhysicalManifest[];
  /** Everything that is stored of this cluster's WAL. */
  readonly wal: ClusterWal;
  readonly goal: RecoveryGoal;
  /** Segments to fetch. */
  readonly pieces: Coverage<WalReader>['pieces'];
  /** SHA-256 of whole segments, as the stream recorded them. */
  readonly digests: ReadonlyMap<string, string>;
  /** Everything before this position is in them. */
  readonly end: Lsn;
}

/**
 * Finds the way to a state: base backup, timeline and exactly the WAL that is needed.
 * @throws RestoreWindowError if there is none; DamagedError if WAL was altered that was searched for a restore point
 */
export async function choose(run: PostgresqlRun, way: RestoreWay): Promise<Choice> {
  await claimStore(run.store, run.compiled.plan, run.compiled.environment, { readOnly: true });
  const { bases, chains, hidden } = await readableBases(run, way.backup);
  const { routes, runs, clusters } = await findRoutes(run, bases, way.timeline);
  const { route, goal, needed } = await follow(run, routes, runs, way);
  const chain = chains.get(route.base.id) ?? [route.base];
  for (const link of chain) if (hidden.has(link.id)) await tellHidden(run, link);
  const wal = clusters.get(route.base.position.systemId);
  if (!wal) throw new RangeError(`the WAL of ${route.base.position.systemId} was not listed`);
  const choice = {
    ...{ route, chain, wal, goal },
    ...{ digests: digestsOf(route.base, runs), ...upTo(route, needed) },
  };
  return isOwnState(way) ? ownState(choice) : choice;
}

const isOwnState = ({ to, backup }: RestoreWay): boolean => to === 'latest' && backup !== undefined;

/** Which route leads to the state, where on it the recovery stops, and before which position all lies that it needs. */
async function follow(
  run: PostgresqlRun,
  routes: readonly Route<WalReader>[],
  runs: readonly WalRun[],
  way: RestoreWay,
): Promise<{ route: Route<WalReader>; goal: RecoveryGoal; needed: Lsn | undefined }> {
  const { to, exclusive = false } = way;
  if (to === 'latest') {
    const [only] = routes;
    if (!isOwnState(way) || !only) {
      return { route: routeToLatest(routes), goal: 'end', needed: undefined };
    }
    return { route: only, goal: 'end', needed: parseLsn(only.base.position.endLsn) };
  }
  if (to instanceof Date) {
    const route = routeTo(routes, to);
    const needed = neededUpTo(route, to, runs);
    requireSteadyClock(proofsOf(route.base, route.coverage, runs), to);
    return { route, goal: { stop: to, inclusive: !exclusive }, needed };
  }
  const named = 'restorePoint' in to;
  const lsn = named ? await findRestorePoint(run, routes, to.restorePoint) : to.lsn;
  const route = routeToLsn(routes, lsn);
  return {
    route,
    // As in PostgreSQL, a restore point is always reached.
    goal: { stop: lsn, inclusive: named || !exclusive },
    // The record there may go on in the next segment.
    needed: lsn + BigInt(route.base.position.walSegmentSize),
  };
}

/** Timelines that begin behind what is replayed lead nowhere from there. */
function ownState(choice: Choice): Choice {
  const { route, end } = choice;
  const history = route.coverage.history.filter(({ from }) => from < end);
  return { ...choice, route: { ...route, coverage: { ...route.coverage, history } } };
}

function digestsOf({ position }: PhysicalManifest, runs: readonly WalRun[]): Map<string, string> {
  const own = runs.filter(({ systemId }) => systemId === position.systemId);
  return new Map(own.flatMap(({ segments }) => segments.map((s) => [s.name, s.sha256] as const)));
}

/** What is hidden and not held can be gone at any moment. */
async function tellHidden({ store, report }: PostgresqlRun, base: PhysicalManifest): Promise<void> {
  const held = await heldBackups(store, [base]).catch((error: unknown) => {
    if (!(error instanceof StoreError)) throw error;
    return new Set<string>();
  });
  const hidden = `${base.id} has expired or was deleted, and is only hidden by a delete marker`;
  report(
    held.has(base.id)
      ? { level: 'info', message: `${hidden}: it is held, so that nothing removes it` }
      : {
          level: 'warning',
          message: `${hidden}: no hold on it is known, so it may be removed for good at any time; restore it now`,
        },
  );
}

/** Cuts off the segments that hold nothing from before the position. */
function upTo({ base, coverage }: Route<WalReader>, needed: Lsn | undefined) {
  const { pieces, end } = coverage;
  if (needed === undefined) return { pieces, end };
  // The base has to become consistent, whatever the target.
  const baseEnd = parseLsn(base.position.endLsn);
  const limit = needed > baseEnd ? needed : baseEnd;
  const behind = pieces.find(({ start }) => start >= limit);
  if (!behind) return { pieces, end };
  return { pieces: pieces.filter(({ start }) => start < limit), end: behind.start };
}
