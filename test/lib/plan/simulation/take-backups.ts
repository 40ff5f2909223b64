import { TIERS, type Tier } from '../../../../lib/plan/values/retention.ts';
import { type Chance, edge } from './chance.ts';
import { isScheduled, type Scheduled, type TestRow } from './rows.ts';
import { startsOf, wallAt } from './wall-year.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

export interface Backup {
  readonly kind: TestRow['kind'];
  readonly row: number;
  /** What the data is at least as new as. */
  readonly startedAt: number;
  readonly completedAt: number;
  readonly expiresAt: number;
  /** What it cannot be restored without. */
  readonly parent: Backup | undefined;
}

/** Tells of the nth run of a row whether it fails. */
export type Failing = (row: number, run: number) => boolean;

interface Run {
  readonly index: number;
  readonly row: Scheduled;
  readonly run: number;
  readonly at: number;
  /** Start of the second run after this one. */
  readonly afterNext: number;
}

/** What a source's rows store in the year, in the order of their starts. */
export function takeBackups(rows: readonly TestRow[], chance: Chance, failing: Failing): Backup[] {
  const taken: Backup[] = [];
  const precedence = precedenceOf(rows);
  const busyUntil = rows.map(() => Number.NEGATIVE_INFINITY);
  const keepers = rows.map((row) => new Keeper(row));
  for (const { index, row, run, at, afterNext } of runsOf(rows, precedence)) {
    const ahead = precedence.slice(0, precedence.indexOf(index));
    if (ahead.some((other) => at < (busyUntil[other] ?? 0))) continue;
    const deadline = row.withinMinutes * MINUTE;
    const completedAt = at + edge(chance) * deadline;
    busyUntil[index] = completedAt;
    if (failing(index, run)) continue;
    const parent =
      row.kind === 'incremental'
        ? taken.findLast((each) => BASES.includes(each.kind) && each.completedAt <= at)
        : undefined;
    if (row.kind === 'incremental' && (!parent || parent.expiresAt < at)) continue;
    const expiresAt = keepers[index]?.keep(row, at, afterNext + deadline, chance) ?? 0;
    taken.push({ kind: row.kind, row: index, startedAt: at, completedAt, expiresAt, parent });
  }
  return taken;
}

const BASES: readonly TestRow['kind'][] = ['full', 'snapshot'];

/** What others continue goes first, then what is rarer; incremental backups go last. */
function precedenceOf(rows: readonly TestRow[]): number[] {
  const continued = rows.some(({ kind }) => !['logical', 'change', ...BASES].includes(kind));
  const rank = ({ kind }: TestRow) =>
    kind === 'incremental' ? 2 : continued && BASES.includes(kind) ? 0 : 1;
  const rarity = rows.map((row) => {
    const starts = isScheduled(row) ? startsOf(row.cron, row.timezone) : [];
    return starts.reduce((most, at, i) => Math.max(most, at - (starts[i - 1] ?? at)), 0);
  });
  return rows
    .flatMap((row, index) => (isScheduled(row) ? [{ index, rank: rank(row) }] : []))
    .sort((a, b) => a.rank - b.rank || (rarity[b.index] ?? 0) - (rarity[a.index] ?? 0))
    .map(({ index }) => index);
}

function runsOf(rows: readonly TestRow[], precedence: readonly number[]): Run[] {
  return precedence
    .flatMap((index) => {
      const row = rows[index];
      if (!row || !isScheduled(row)) return [];
      const starts = startsOf(row.cron, row.timezone);
      return starts.map((at, run) => ({
        index,
        row,
        run,
        at,
        afterNext: starts[run + 2] ?? Infinity,
      }));
    })
    .sort((a, b) => a.at - b.at || precedence.indexOf(a.index) - precedence.indexOf(b.index));
}

/** Decides how long each backup of a row is kept. */
class Keeper {
  private readonly taken = new Map<Tier, string>();
  private readonly row: TestRow;
  /** Of what was stored last. */
  private expiresAt = Number.NEGATIVE_INFINITY;

  constructor(row: TestRow) {
    this.row = row;
  }

  /** @param by when one of the next two backups is complete at the latest, whichever of them fails */
  keep(row: Scheduled, at: number, by: number, chance: Chance): number {
    // What has not changed is written again only before it would be missing.
    const unchanged = this.row.kind === 'change' && chance() < 0.7 && this.expiresAt >= by;
    if (!unchanged) this.expiresAt = at + this.days(row, at) * DAY;
    return this.expiresAt;
  }

  /** The longest tier in whose period this is the first success, else the shortest; by calendar text. */
  private days({ keep, timezone }: Scheduled, at: number): number {
    if (typeof keep === 'number') return keep;
    const wall = wallAt(timezone, at);
    const text = wall.toISOString();
    const sunday = new Date(wall.getTime() - wall.getUTCDay() * DAY).toISOString().slice(0, 10);
    const periods: Record<Tier, string> = {
      hourly: text.slice(0, 13),
      daily: text.slice(0, 10),
      weekly: sunday,
      monthly: text.slice(0, 7),
      yearly: text.slice(0, 4),
    };
    const tiers = TIERS.filter((tier) => keep[tier] !== undefined);
    const first = tiers.findLast((tier) => this.taken.get(tier) !== periods[tier]) ?? tiers[0];
    for (const tier of TIERS) this.taken.set(tier, periods[tier]);
    return (first && keep[first]) ?? 0;
  }
}
