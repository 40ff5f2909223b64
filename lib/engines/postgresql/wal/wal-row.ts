import type { PostgresqlRun } from '../run.ts';
import { WalRefusedError } from './errors.ts';

/** How the WAL of a source is kept. */
export interface WalRow {
  /** Longest time until what was written is stored; null = the plan does not say. */
  readonly flushSeconds: number | null;
  /** Retention class. */
  readonly class: string;
}

/** The plan's row for the WAL of a source. @throws WalRefusedError if it keeps none */
export function walRow({ source }: PostgresqlRun): WalRow {
  const row = source.protections.find(({ kind }) => kind === 'wal');
  const [tier] = row?.tiers ?? [];
  if (row && tier) return { flushSeconds: row.flushSeconds, class: tier.class };
  throw new WalRefusedError(
    `the plan does not keep the WAL of ${source.name}; add wal({ flush: '60s' }) to sources.${source.name}.protect`,
  );
}
