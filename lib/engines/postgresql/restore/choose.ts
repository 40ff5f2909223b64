import { heldBackups } from '../../../catalog/hold.ts';
import { isPhysical, type PhysicalManifest } from '../../../catalog/manifest.ts';
import { type Backups, claimStore, scanBackups } from '../../../catalog/reader.ts';
import type { WalRun } from '../../../catalog/run-record.ts';
import { StoreError } from '../../../stores/errors.ts';
import { type Lsn, parseLsn } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import type { ClusterWal } from './cluster-wal.ts';
import type { Coverage } from './coverage.ts';
import { RestoreWindowError } from './errors.ts';
import { findRoutes } from './routes.ts';
import type { WalReader } from './stage-wal.ts';
import { neededUpTo, type Route, routeTo, routeToLatest } from './window.ts';

/** What a restore will use. */
export interface Choice {
  readonly route: Route<WalReader>;
  /** Everything that is stored of this cluster's WAL. */
  readonly wal: ClusterWal;
  /** Segments to fetch. */
  readonly pieces: Coverage<WalReader>['pieces'];
  /** SHA-256 of whole segments, as the stream recorded them. */
  readonly digests: ReadonlyMap<string, string>;
  /** Everything before this position is in them. */
  readonly end: Lsn;
}

/**
 * Finds the way to a moment: base backup, timeline and exactly the WAL that is needed.
 * @param backup the only base backup to start from; its latest state is then its own, without the WAL behind it
 * @throws RestoreWindowError if there is none
 */
export async function choose(
  run: PostgresqlRun,
  time: Date | 'latest',
  backup?: string,
): Promise<Choice> {
  await claimStore(run.store, run.compiled.plan, run.compiled.environment, { readOnly: true });
  const { manifests, hidden } = await readableBases(run, backup);
  const { routes, runs, clusters } = await findRoutes(run, manifests);
  const [only] = backup === undefined ? [] : routes;
  const route = time !== 'latest' ? routeTo(routes, time) : (only ?? routeToLatest(routes));
  if (hidden.has(route.base.id)) await tellHidden(run, route.base);
  const wal = clusters.get(route.base.position.systemId);
  if (!wal) throw new RangeError(`the WAL of ${route.base.position.systemId} was not listed`);
  const digests = digestsOf(route.base, runs);
  if (time !== 'latest') {
    return { route, wal, digests, ...upTo(route, neededUpTo(route, time, runs)) };
  }
  if (backup === undefined) return { route, wal, digests, ...upTo(route, undefined) };
  return ownState({ route, wal, digests, ...upTo(route, parseLsn(route.base.position.endLsn)) });
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

/** One manifest that cannot be read does not stand in the way of the others. */
async function readableBases(
  { store, source, report }: PostgresqlRun,
  only: string | undefined,
): Promise<{ readonly manifests: PhysicalManifest[]; readonly hidden: Backups['hidden'] }> {
  const { manifests, hidden, unreadable } = await scanBackups(store, source.name);
  const bases = manifests
    .filter(isPhysical)
    .filter(({ kind, id }) => kind === 'full' && (only === undefined || id === only));
  if (bases.length > 0) {
    for (const { error } of unreadable) report({ level: 'warning', message: error.message });
    return { manifests: bases, hidden };
  }
  if (unreadable[0]) throw unreadable[0].error;
  throw new RestoreWindowError(
    only === undefined
      ? `${store.url} holds no base backup of ${source.name}`
      : `${store.url} holds no base backup ${only} of ${source.name}; see them with: tidemark list`,
  );
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
