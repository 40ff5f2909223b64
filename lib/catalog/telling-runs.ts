import type { CompiledSource } from '../plan/compiled.ts';
import { roleOf } from '../plan/values/rows.ts';
import type { ObjectStore } from '../stores/store.ts';
import { runAction, WAL_GAP } from './keys.ts';
import { isOf, readRunRecords } from './reader.ts';
import type { RunRecord } from './run-record.ts';

/** Records of each action that are read, the newest ones: enough for what failed since the last success. */
const NEWEST_RUNS = 20;
/** Between two full backups there may be an incremental one every few minutes. */
const MOST_BACKUP_RUNS = 10 * NEWEST_RUNS;
/**
 * Deployments may drill a dump many times between two drills of base backups, which are a month apart; and what was found
 * damaged must not be forgotten behind verifications of newer backups.
 */
const MOST_PROOFS = 10 * NEWEST_RUNS;

/**
 * The records that the status of a source depends on, oldest first: the newest ones of each action, those of backups back to
 * the last success of every kind, within bounds, and every record of a gap.
 * @param keys of its run records, oldest first
 */
export async function readTellingRuns(
  store: ObjectStore,
  { protections }: CompiledSource,
  keys: readonly string[],
): Promise<RunRecord[]> {
  const kinds = protections
    .filter(({ kind, derived }) => derived && roleOf(kind) !== 'log')
    .map(({ kind }) => kind);
  const others = [...newestAndGaps(keys)].sort();
  const [found, backups] = await Promise.all([
    readRunRecords(store, others),
    readBackupRuns(
      store,
      keys.filter((key) => isOf(key, 'backup')),
      kinds,
    ),
  ]);
  return [...found, ...backups].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Goes back until every kind has succeeded once: what failed before says nothing any more. */
async function readBackupRuns(
  store: ObjectStore,
  keys: readonly string[],
  kinds: readonly string[],
): Promise<RunRecord[]> {
  const read: RunRecord[] = [];
  const oldest = Math.max(0, keys.length - MOST_BACKUP_RUNS);
  for (let end = keys.length; end > oldest; end -= NEWEST_RUNS) {
    const next = await readRunRecords(store, keys.slice(Math.max(oldest, end - NEWEST_RUNS), end));
    read.unshift(...next);
    const succeeded = (kind: string): boolean =>
      read.some(
        (run) => run.action === 'backup' && run.kind === kind && run.outcome === 'succeeded',
      );
    if (kinds.every(succeeded)) break;
  }
  return read;
}

/** Those of the keys that can tell anything, whatever newer ones are read beside them; oldest first like the keys. */
export function tellingKeys(keys: readonly string[]): string[] {
  const wanted = newestAndGaps(keys);
  for (const key of keys.filter((key) => isOf(key, 'backup')).slice(-MOST_BACKUP_RUNS)) {
    wanted.add(key);
  }
  return keys.filter((key) => wanted.has(key));
}

function newestAndGaps(keys: readonly string[]): Set<string> {
  const newest = (action: 'wal' | 'aof' | 'verify' | 'drill', most: number): string[] =>
    keys.filter((key) => isOf(key, action)).slice(-most);
  return new Set([
    ...newest('wal', NEWEST_RUNS),
    ...newest('aof', NEWEST_RUNS),
    ...newest('verify', MOST_PROOFS),
    ...newest('drill', MOST_PROOFS),
    ...keys.filter((key) => runAction(key) === WAL_GAP),
  ]);
}
