import { type Chance, edge } from './chance.ts';
import { ALLOWANCE, isScheduled, type TestRow } from './rows.ts';
import { type Backup, type Failing, takeBackups } from './take-backups.ts';

const DAY = 86_400_000;

/** What each kind of log continues. */
const CONTINUED: Partial<Record<TestRow['kind'], readonly TestRow['kind'][]>> = {
  wal: ['full', 'incremental'],
  oplog: ['full', 'incremental'],
  aof: ['snapshot', 'incremental'],
};

/** A year of a source's backups: what its bucket would hold, and what could be restored from it. */
export class BackupYear {
  /** In the order of their starts. */
  readonly backups: readonly Backup[];
  private readonly continuous: readonly Exclude<TestRow, { cron: string }>[];
  private readonly chance: Chance;

  constructor(rows: readonly TestRow[], chance: Chance, failing: Failing = () => false) {
    this.continuous = rows.filter((row) => !isScheduled(row));
    this.chance = chance;
    this.backups = takeBackups(rows, chance, failing);
  }

  /** Whether a backup can be restored: it is complete and kept, and so is what it continues. */
  exists({ completedAt, expiresAt, parent }: Backup, now: number): boolean {
    return completedAt <= now && now <= expiresAt && (!parent || this.exists(parent, now));
  }

  /** The newest moment whose data could be restored; undefined when there is nothing. */
  newestRestorable(now: number): number | undefined {
    const backup = this.backups.findLast((each) => this.exists(each, now));
    const moments = this.continuous.flatMap((row) => {
      const behind = edge(this.chance) * row.every * 1000;
      if (row.kind === 'replication') return [now - behind];
      const stored = now - behind - edge(this.chance) * ALLOWANCE;
      return this.canReplay(row, stored, now) ? [stored] : [];
    });
    return [...moments, ...(backup ? [backup.startedAt] : [])].sort((a, b) => b - a)[0];
  }

  /** Whether the data of a moment could be restored later, exactly as it was then. */
  canRestore(moment: number, now: number): boolean {
    return this.continuous.some((row) =>
      row.kind === 'replication'
        ? now - moment <= row.keep * DAY
        : this.canReplay(row, moment, now),
    );
  }

  private canReplay({ kind, keep }: (typeof this.continuous)[number], moment: number, now: number) {
    const continued = CONTINUED[kind] ?? [];
    // The newest ones are the likeliest to be there.
    const base = this.backups.findLast(
      (backup) =>
        continued.includes(backup.kind) &&
        backup.completedAt <= moment &&
        this.exists(backup, now) &&
        // The backup brings the log up to its end; what follows was stored no earlier than it was written.
        now <= backup.completedAt + keep * DAY,
    );
    return base !== undefined;
  }
}
