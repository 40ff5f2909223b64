import type { ResolvedRow } from '../protections.ts';
import { type Kind, roleOf } from '../values/rows.ts';

/** What a kind continues: a dump is restored into another server, so the log of the old one says nothing to it. */
const CONTINUES: Partial<Record<Kind, readonly Kind[]>> = {
  wal: ['full'],
  aof: ['snapshot'],
  oplog: ['full'],
  incremental: ['full', 'snapshot'],
};

/** The kinds that this one continues; none where it can be restored by itself. */
export const continuedBy = (kind: Kind): readonly Kind[] => CONTINUES[kind] ?? [];

/** Whether the kind is worth nothing without a backup that it continues. */
export const needsBase = (kind: Kind): boolean => continuedBy(kind).length > 0;

/** The rows whose backups the kind continues. */
export const basesOf = (kind: Kind, rows: readonly ResolvedRow[]): ResolvedRow[] =>
  rows.filter((row) => continuedBy(kind).includes(row.kind));

/**
 * The rows that proofs count with: those that jobs are derived from. Of a source that this release takes no backups of,
 * those are all, and a finding says so.
 */
export function countedRows(rows: readonly ResolvedRow[]): ResolvedRow[] {
  const kept = rows.filter(({ metBy }) => metBy === null);
  const derived = withBases(kept.filter((row) => row.derived));
  return derived.length > 0 ? derived : withBases(kept);
}

const withBases = (rows: readonly ResolvedRow[]): ResolvedRow[] =>
  rows.filter(({ kind }) => !needsBase(kind) || basesOf(kind, rows).length > 0);

/**
 * In which order rows go first where two want to run at once: what others continue, then what is rarer, since a run that
 * has to be tried again costs less there.
 */
export function byPrecedence(rows: readonly ResolvedRow[]): ResolvedRow[] {
  const rank = ({ kind }: ResolvedRow): number =>
    roleOf(kind) === 'delta'
      ? 2
      : rows.some((other) => basesOf(other.kind, rows).some((base) => base.kind === kind))
        ? 0
        : 1;
  return rows
    .filter(({ schedule }) => schedule !== null)
    .sort((a, b) => rank(a) - rank(b) || b.longestGapSeconds - a.longestGapSeconds);
}
