import { needsThaw } from '../catalog/archived.ts';
import { chainOf } from '../catalog/backup-objects.ts';
import { withChainProblems } from '../catalog/chain-problems.ts';
import { dueBackups, existingBackups, verificationHistory } from '../catalog/due.ts';
import { NewerFormatError } from '../catalog/errors.ts';
import { holdVerified } from '../catalog/hold.ts';
import { runId } from '../catalog/keys.ts';
import type { Manifest } from '../catalog/manifest.ts';
import { type Backups, recordRun, scanBackups } from '../catalog/reader.ts';
import { irreplaceable } from '../catalog/recovery-family.ts';
import type { VerifyRun } from '../catalog/run-record.ts';
import { verifyBackup } from '../catalog/verify.ts';
import { StoreError } from '../stores/errors.ts';
import type { ObjectStore } from '../stores/store.ts';
import { withHidden } from './hidden-store.ts';
import { recordHead } from './record-head.ts';
import type { EngineName } from './registry.ts';
import type { RunContext } from './run.ts';

/**
 * `newest`: the newest backups that bring all data back, and the whole log; `all`: everything; `due`: what is read on
 * schedule, in which cold backups rest for a quarter; else one backup by its id, without the log.
 */
export type VerifyScope = 'newest' | 'all' | 'due' | { readonly backup: string };

/** Reads the continuous log of a source again. @param all its backups, oldest first */
export type VerifyLog<E extends EngineName> = (
  run: RunContext<E>,
  all: readonly Manifest[],
) => Promise<VerifyRun['wal']>;

/** A backup that was asked for by its id is not in the store. */
export class BackupNotFoundError extends Error {
  override readonly name = 'BackupNotFoundError';
}

/**
 * Reads what is stored again, compares every digest, and writes a run record of what was found. The newest ones that are
 * sound are held from then on. What is archived is not read, and so not verified.
 * @throws BackupNotFoundError if there is nothing to verify
 */
export async function verifySource<E extends EngineName>(
  run: RunContext<E>,
  scope: VerifyScope,
  verifyLog?: VerifyLog<E>,
): Promise<VerifyRun> {
  const { store, source, signal } = run;
  const startedAt = run.now();
  const seeing = withHidden(run).store;
  const scanned = await scanBackups(seeing, source.name);
  const { manifests: all, hidden, unreadable } = scanned;
  const damaged = await damagedManifests(store, { all, unreadable }, scope);
  const chosen =
    scope === 'due' && all.length > 0
      ? await dueNow(run, scanned, damaged.length > 0)
      : choose(all, scope, source.name, store.url);
  for (const { id } of chosen) if (hidden.has(id)) tellHidden(run, id, id === all.at(-1)?.id);
  const totalBytes = chosen.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  let done = 0;
  const read: VerifyRun['backups'] = [];
  const skipped: NonNullable<VerifyRun['skipped']> = [];
  for (const manifest of chosen) {
    const onBytes = (bytes: number) => {
      done += bytes;
      run.report({ level: 'info', message: 'verifying backups', bytes: done, totalBytes });
    };
    // An object of a visible backup that is hidden is a problem; of a hidden backup, every object is.
    const from = hidden.has(manifest.id) ? seeing : store;
    if (await needsThaw(from, manifest)) {
      skipped.push({ id: manifest.id, class: manifest.class, reason: 'archived' });
      continue;
    }
    read.push(await verifyBackup(from, manifest, { signal, onBytes }));
  }
  const backups = [...damaged, ...withChainProblems(read, all)];
  const wal = typeof scope === 'object' ? null : ((await verifyLog?.(run, all)) ?? null);
  const sound = backups.every(({ problems }) => problems.length === 0) && !wal?.problems.length;
  const record: VerifyRun = {
    ...recordHead(run, startedAt, run.now()),
    id: runId(startedAt, 'verify'),
    outcome: sound ? 'succeeded' : 'failed',
    error: sound ? null : 'stored data was altered',
    action: 'verify',
    backups,
    wal,
    ...(skipped.length > 0 && { skipped }),
  };
  await recordRun(store, record);
  await hold(run, record);
  return record;
}

/**
 * What cannot be read of a backup is its damage, and no reason not to verify the others. One that a delete marker hides was
 * dealt with.
 * @throws NewerFormatError, which is none; DamagedError if nothing else is there, or was asked for
 */
async function damagedManifests(
  store: ObjectStore,
  { all, unreadable }: Pick<Backups, 'unreadable'> & { readonly all: readonly Manifest[] },
  scope: VerifyScope,
): Promise<VerifyRun['backups']> {
  const damaged: VerifyRun['backups'] = [];
  for (const { key, error } of unreadable) {
    const [, className = '', , file = ''] = key.split('/');
    const id = file.replace(/\.json$/, '');
    if (typeof scope === 'object' && scope.backup !== id) continue;
    const alone = typeof scope === 'object' || all.length === 0;
    if (alone || error instanceof NewerFormatError) throw error;
    if (!(await store.head(key))) continue;
    damaged.push({ id, class: className, bytes: 0, problems: [error.message] });
  }
  return damaged;
}

/** Sound is not visible: who deletes everything leaves sound backups for a while. */
function tellHidden({ report }: Pick<RunContext, 'report'>, id: string, newest: boolean): void {
  const hidden = `${id} is only hidden by a delete marker: it has expired or was deleted`;
  report(
    newest
      ? { level: 'warning', message: `${hidden}, and no newer backup is there` }
      : { level: 'info', message: hidden },
  );
}

/** What was verified is on record, whether its verifier may hold it or not. */
async function hold(
  { store, signal, report }: Pick<RunContext, 'store' | 'signal' | 'report'>,
  record: VerifyRun,
): Promise<void> {
  try {
    const result = await holdVerified(store, record, signal);
    if (result?.outcome !== 'held') return;
    report({ level: 'info', message: `held as the newest verified: ${result.held.join(', ')}` });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    report({ level: 'warning', message: `no hold was placed: ${error.message}` });
  }
}

/**
 * May be none: then the log alone is read.
 * @throws BackupNotFoundError if everything that is there is hidden, and nothing is held: to find that sound proves nothing
 */
async function dueNow<E extends EngineName>(
  { store, source, now }: RunContext<E>,
  scanned: Backups,
  hasDamage: boolean,
): Promise<Manifest[]> {
  const existing = await existingBackups(store, scanned);
  if (existing.length === 0 && !hasDamage) {
    throw new BackupNotFoundError(
      `every backup of ${source.name} in ${store.url} has expired or was deleted, so there is nothing to verify`,
    );
  }
  return dueBackups(existing, await verificationHistory(store, source.name, now()), now());
}

function choose(
  all: readonly Manifest[],
  scope: VerifyScope,
  source: string,
  url: string,
): Manifest[] {
  if (scope === 'all' && all.length > 0) return [...all];
  if (typeof scope === 'object') {
    const found = all.find(({ id }) => id === scope.backup);
    if (found) return [found];
  } else {
    const needed = new Set(irreplaceable(all).flatMap((newest) => chainOf(newest, all)));
    if (needed.size > 0) return all.filter((manifest) => needed.has(manifest));
  }
  throw new BackupNotFoundError(
    typeof scope === 'object'
      ? `${url} has no backup ${scope.backup} of ${source}; see them with: tidemark list`
      : `${url} has no backup of ${source} yet, so there is nothing to verify`,
  );
}
