import { full, wal } from '../../../../lib/plan/language.ts';
import {
  type ResolvedRow,
  scheduledRow,
  WAL_STORE_ALLOWANCE_SECONDS,
} from '../../../../lib/plan/protections.ts';
import { retentionClass, type Tier } from '../../../../lib/plan/values/retention.ts';

/** A scheduled row as a test writes it. */
export interface Scheduled {
  readonly kind: 'full' | 'snapshot' | 'logical' | 'change' | 'incremental';
  readonly cron: string;
  readonly timezone: string;
  readonly withinMinutes: number;
  /** Days; one number, or one for each tier. */
  readonly keep: number | { readonly [T in Tier]?: number };
}

/** A continuous one. */
export interface Continuous {
  readonly kind: 'wal' | 'aof' | 'oplog' | 'replication';
  /** Seconds between two stores, or that the copy may be behind. */
  readonly every: number;
  /** Days. */
  readonly keep: number;
}

export type TestRow = Scheduled | Continuous;

export const isScheduled = (row: TestRow): row is Scheduled => 'cron' in row;

/** Milliseconds that storing the end of a log may take. */
export const ALLOWANCE = WAL_STORE_ALLOWANCE_SECONDS * 1000;

/** The rows as the compiler sees them, of an engine that has them all. */
export const resolved = (rows: readonly TestRow[]): ResolvedRow[] =>
  rows.map((row, index) => ({
    ...(isScheduled(row) ? scheduled(row, index) : continuous(row, index)),
    kind: row.kind,
    derived: true,
    metBy: null,
  }));

function scheduled({ cron, timezone, withinMinutes, keep }: Scheduled, index: number) {
  const days = (count: number) => `${count}d` as const;
  const keeps =
    typeof keep === 'number'
      ? days(keep)
      : Object.fromEntries(Object.entries(keep).map(([tier, count]) => [tier, days(count)]));
  const row = full({ cron, timezone, within: `${withinMinutes}m`, keep: keeps });
  return scheduledRow(row, index, '1d', 'sunday');
}

const continuous = ({ every, keep }: Continuous, index: number) => ({
  row: wal({ flush: `${every}s` }),
  index,
  schedule: null,
  longestGapSeconds: every,
  shortestGapSeconds: every,
  deadlineSeconds: 0,
  tiers: [{ tier: null, class: retentionClass(`${keep}d`) }],
  ownTier: null,
});
