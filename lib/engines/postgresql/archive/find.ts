import { WAL } from '../../../catalog/keys.ts';
import { listWalFrom, type StoredWal } from '../../../catalog/wal.ts';
import { timelineName } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import { WalHoleError } from '../wal/errors.ts';
import type { WalFileName } from './wal-file.ts';

interface FoundWal {
  /** What to give to the server. */
  readonly wanted: StoredWal;
  /** Whole segments that follow, as far as one list told. */
  readonly following: readonly StoredWal[];
}

/** Listed in each class behind the file. */
const LISTED = 16;

/**
 * Looks for a file that a server asks for. Of a segment that is not stored whole, it is the beginning that reaches
 * furthest. Undefined where the WAL ends before it.
 * @throws WalHoleError where it is missing, and later WAL of its timeline is there: to say that it does not exist would
 *   make the server end its recovery without what follows
 */
export async function findWal(
  { store, source }: PostgresqlRun,
  systemId: string,
  { name, kind, timeline }: WalFileName,
): Promise<FoundWal | undefined> {
  // The first timeline branched off from none; a server asks all the same.
  if (kind === 'history' && timeline === 1) return undefined;
  const own: StoredWal[] = [];
  const later: StoredWal[] = [];
  for await (const folder of store.listNames(`${WAL}/`)) {
    const place = { class: folder.replace(/\/$/, ''), source: source.name, systemId };
    let count = 0;
    // A history sorts before the segments of its timeline; a whole segment behind its beginnings, of which there may be
    // any number.
    for await (const stored of listWalFrom(store, place, timelineName(timeline), name)) {
      if (stored.name === name) {
        own.push(stored);
        continue;
      }
      later.push(stored);
      if (++count === LISTED) break;
    }
  }
  const whole = own.find((stored) => stored.kind !== 'partial');
  if (whole)
    return { wanted: whole, following: later.filter((stored) => stored.kind === 'segment') };
  const next = later.map((stored) => stored.name).sort()[0];
  if (next !== undefined) {
    throw new WalHoleError(
      `${name} is missing in ${store.url}, and the WAL goes on there with ${next}: no recovery can pass it; restore to a moment before it, see: tidemark verify`,
    );
  }
  const furthest = own.reduce<StoredWal | undefined>(
    (a, b) => (a?.durable !== undefined && a.durable >= (b.durable ?? 0n) ? a : b),
    undefined,
  );
  return furthest && { wanted: furthest, following: [] };
}
