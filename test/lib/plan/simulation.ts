import type { CompiledSource, Protection } from '../../../lib/plan/compiled.ts';
import { TIERS, type Tier } from '../../../lib/plan/values/retention.ts';
import { runs } from '../../../lib/plan/values/schedule.ts';

const DAY = 86_400_000;

/** A number from 0 to 1, such as `Math.random`. */
type Chance = () => number;

interface Base {
  readonly startedAt: number;
  readonly completedAt: number;
  readonly expiresAt: number;
}

/** A year of backups as a source's schedules make them: what a bucket would hold, and what could be restored from it. */
export class BackupYear {
  static readonly FROM = Date.UTC(2027, 6, 1);
  static readonly TO = Date.UTC(2028, 6, 1);
  private readonly bases: readonly Base[];
  private readonly wal: Protection | undefined;
  private readonly source: CompiledSource;
  private readonly chance: Chance;

  /** Each job takes some part of its deadline, often nothing or all of it. */
  constructor(source: CompiledSource, chance: Chance) {
    this.source = source;
    this.chance = chance;
    this.wal = source.protections.find(({ kind }) => kind === 'wal');
    this.bases = this.takeBases();
  }

  /** Whether the data of a moment could be restored later. */
  canRestore(moment: number, now: number): boolean {
    const walKeep = keepOf(this.wal?.tiers[0]?.class);
    return this.bases.some((base) => {
      const exists = base.completedAt <= moment && now <= base.expiresAt;
      // The base brings the WAL up to its end; what follows was stored no earlier than it was written.
      return exists && now <= base.completedAt + walKeep;
    });
  }

  /** The newest moment whose data could be restored; undefined when there is nothing. */
  newestRestorable(now: number): number | undefined {
    if (this.wal) {
      const stored = this.newestStoredWal(now);
      return this.canRestore(stored, now) ? stored : undefined;
    }
    const kept = this.bases.filter((base) => base.completedAt <= now && now <= base.expiresAt);
    return kept.at(-1)?.startedAt;
  }

  /** WAL is flushed at some phase of its interval, and storing it takes some part of what is allowed. */
  private newestStoredWal(now: number): number {
    const flush = (this.wal?.flushSeconds ?? 0) * 1000;
    const allowance = (this.wal?.overdueSeconds ?? 0) * 1000 - flush;
    const stored = now - edge(this.chance) * allowance;
    return stored - edge(this.chance) * flush;
  }

  private takeBases(): Base[] {
    const row = this.source.protections.find(({ kind }) => kind === 'full');
    if (!row?.schedule) throw new Error('the plan takes no full backups');
    const taken = new Map<Tier, string>();
    const from = new Date(BackupYear.FROM);
    return [...runs(row.schedule, from, new Date(BackupYear.TO))].map((start) => {
      const startedAt = start.getTime();
      const tier = chooseTier(row, start, taken);
      return {
        startedAt,
        completedAt: startedAt + edge(this.chance) * row.deadlineSeconds * 1000,
        expiresAt: startedAt + keepOf(tier),
      };
    });
  }
}

/** 0, 1 or something between: the worst cases are at the edges. */
function edge(chance: Chance): number {
  const side = chance();
  return side < 0.35 ? 0 : side < 0.7 ? 1 : chance();
}

const keepOf = (retentionClass: string | undefined): number =>
  retentionClass === undefined || retentionClass.startsWith('forever')
    ? Number.POSITIVE_INFINITY
    : Number.parseInt(retentionClass, 10) * DAY;

/** The longest tier in whose period this is the first backup, else the shortest; written anew, by calendar text. */
function chooseTier(row: Protection, start: Date, taken: Map<Tier, string>): string {
  const text = start.toISOString();
  const sunday = new Date(start.getTime() - start.getUTCDay() * DAY).toISOString().slice(0, 10);
  const periods: Record<Tier, string> = {
    hourly: text.slice(0, 13),
    daily: text.slice(0, 10),
    weekly: sunday,
    monthly: text.slice(0, 7),
    yearly: text.slice(0, 4),
  };
  const first = row.tiers.findLast(({ tier }) => tier && taken.get(tier) !== periods[tier]);
  for (const tier of TIERS) taken.set(tier, periods[tier]);
  return (first ?? row.tiers[0])?.class ?? '';
}
