import type { PhysicalManifest } from '../../../catalog/manifest.ts';
import type { WalRun } from '../../../catalog/run-record.ts';
import { formatLsn, type Lsn, parseLsn } from '../lsn.ts';
import type { Coverage } from './coverage.ts';
import { RestoreWindowError } from './errors.ts';

/** One way back: a base backup and the WAL that goes on from it. */
export interface Route<T> {
  readonly base: PhysicalManifest;
  readonly coverage: Coverage<T>;
  /** First moment at which the base is consistent. */
  readonly from: Date;
  /** Last moment up to which every commit is proven to be stored. */
  readonly to: Date;
}

/** What the streamer proved: at `at` (the server's clock) the server had written nothing behind `durable`. */
export interface Proof {
  readonly at: Date;
  readonly durable: Lsn;
  /** False where the clock said something later. */
  readonly exact: boolean;
  /** Begin and end of the stretch that says so, by the clock of whoever wrote it down. */
  readonly recorded: { readonly from: Date; readonly to: Date };
}

/** @param runs every record of the WAL stream since the base */
export function route<T>(
  base: PhysicalManifest,
  coverage: Coverage<T>,
  runs: readonly WalRun[],
): Route<T> {
  const from = new Date(base.consistentAt);
  const to = proofsOf(base, coverage, runs).reduce(
    (latest, { at }) => Math.max(latest, at.getTime()),
    from.getTime(),
  );
  return { base, coverage, from, to: new Date(to) };
}

/**
 * Before this position lies every commit up to the moment. WAL behind it need not be fetched.
 * Undefined if the moment is not proven.
 */
export function neededUpTo<T>(
  { base, coverage }: Route<T>,
  moment: Date,
  runs: readonly WalRun[],
): Lsn | undefined {
  return proofsOf(base, coverage, runs)
    .filter(({ at }) => at >= moment)
    .map(({ durable }) => durable)
    .reduce<Lsn | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
}

/**
 * Only what lies on the history that is followed, and is stored, counts. An ancestor proves nothing from its branch
 * on: its server may have gone on, or stood still, while the successor had commits.
 */
export function proofsOf<T>(
  base: PhysicalManifest,
  coverage: Coverage<T>,
  runs: readonly WalRun[],
): Proof[] {
  return runs.flatMap(
    ({ systemId, timeline, durable: position, serverTime, clock, startedAt, endedAt }) => {
      const step = coverage.history.find((candidate) => candidate.timeline === timeline);
      if (!step || systemId !== base.position.systemId || serverTime === null) return [];
      const durable = parseLsn(position);
      const counts = durable <= coverage.end && (step.to === undefined || durable < step.to);
      if (!counts) return [];
      const recorded = { from: new Date(startedAt), to: new Date(endedAt) };
      return [{ at: new Date(serverTime), durable, exact: clock === undefined, recorded }];
    },
  );
}

/**
 * The route to a moment: the newest base that was consistent before it.
 * @throws RestoreWindowError that says which moments can be restored
 */
export function routeTo<T>(routes: readonly Route<T>[], moment: Date): Route<T> {
  const usable = routes
    .filter(({ from, to }) => from < moment && moment <= to)
    .sort((a, b) => b.from.getTime() - a.from.getTime());
  const [best] = usable;
  if (best) return best;
  throw new RestoreWindowError(
    `${moment.toISOString()} cannot be restored; what is stored leads to ${windowsText(routes)}, or to the latest state`,
  );
}

/**
 * The route to a position: the newest base that ends before it.
 * @throws RestoreWindowError that says which positions can be restored
 */
export function routeToLsn<T>(routes: readonly Route<T>[], lsn: Lsn): Route<T> {
  const [best] = routes
    .filter(({ base, coverage }) => parseLsn(base.position.endLsn) <= lsn && lsn <= coverage.end)
    .sort((a, b) => b.from.getTime() - a.from.getTime());
  if (best) return best;
  const stored = routes.map(({ base, coverage }) => {
    const timeline = coverage.history.at(-1)?.timeline ?? base.position.timeline;
    return `${base.position.endLsn} … ${formatLsn(coverage.end)} of timeline ${timeline}`;
  });
  throw new RestoreWindowError(
    `${formatLsn(lsn)} cannot be restored; what is stored leads to ${stored.join(' and ')}`,
  );
}

/** The route to the end of what is stored. @throws RestoreWindowError if WAL on the way is missing */
export function routeToLatest<T>(routes: readonly Route<T>[]): Route<T> {
  const newest = routes.reduce<Route<T> | undefined>(
    (a, b) => (a === undefined || b.from > a.from ? b : a),
    undefined,
  );
  if (!newest) throw new RestoreWindowError('there is no base backup that can be used');
  const { gap } = newest.coverage;
  if (gap) {
    throw new RestoreWindowError(
      `the latest state cannot be restored from ${newest.base.id}: WAL is missing from segment ${gap.missing} on, and goes on with ${gap.next}; restore to a moment of ${windowsText(routes)}, and take a new base backup`,
    );
  }
  return newest;
}

/** Moments that can be restored, overlapping stretches joined: `2026-11-21T02:00:00.000Z … 2026-11-22T…`. */
export function windowsText(routes: readonly Pick<Route<never>, 'from' | 'to'>[]): string {
  const windows: { from: Date; to: Date }[] = [];
  for (const { from, to } of [...routes].sort((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = windows.at(-1);
    if (last && from <= last.to) {
      if (to > last.to) last.to = to;
    } else windows.push({ from, to });
  }
  return windows.map(({ from, to }) => `${from.toISOString()} … ${to.toISOString()}`).join(' and ');
}
