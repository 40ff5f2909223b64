import { backupId } from '../catalog/keys.ts';
import { lockedWrites } from '../catalog/locked-writes.ts';
import type { BackupKind, Manifest } from '../catalog/manifest.ts';
import { claimStore, scanBackups } from '../catalog/reader.ts';
import { sizeRatio } from '../catalog/size-ratio.ts';
import { chooseTier, type TierChoice } from '../catalog/tier.ts';
import { type BackupEnd, BackupWriter } from '../catalog/writer.ts';
import { LockHeldError } from '../lock/errors.ts';
import { acquireLock } from '../lock/lock.ts';
import { recordBackup } from './backup-record.ts';
import type { EngineName } from './registry.ts';
import type { RunContext } from './run.ts';

/** What is to be taken. */
export interface BackupWork<E extends EngineName, Found, End> {
  readonly kind: BackupKind;
  /** Why, where somebody says so. */
  readonly label?: string | undefined;
  /** Looks whether a backup can be taken, before anything is written. @throws what stands in the way */
  prepare(run: RunContext<E>): Promise<Prepared<Found>>;
  /** Writes the files and says what they are. Whatever it throws, nothing is committed. */
  take(run: RunContext<E>, taking: Taking<Found>): Promise<Omit<BackupEnd, 'completedAt'> & End>;
}

interface Prepared<Found> {
  readonly found: Found;
  /** Id of the backup that this one builds on. */
  readonly parent?: string;
}

interface Taking<Found> {
  readonly writer: BackupWriter;
  readonly id: string;
  /** What `prepare` found. */
  readonly found: Found;
}

/**
 * One backup, whatever the engine: alone for its source, in the tier that is due, existing when this returns and not
 * before. What happened is recorded in the store, failures too, as far as that can be written; not that another run was active.
 * @throws NoSuchRowError, LockHeldError, StoreError; what the work throws; the signal's reason
 */
export async function runBackup<E extends EngineName, Found, End>(
  run: RunContext<E>,
  work: BackupWork<E, Found, End>,
): Promise<Manifest & Pick<BackupEnd & End, 'position'>> {
  const { store, compiled } = run;
  const startedAt = run.now();
  // A store of somebody else gets no record either.
  await claimStore(store, compiled.plan, compiled.environment);
  try {
    const { manifest, earlier } = await takeLocked(run, work, startedAt);
    const warnings = tooSmall(run, [...earlier, manifest]);
    for (const warning of warnings) run.report({ level: 'warning', message: warning });
    await recordBackup(run, work.kind, startedAt, { manifest, warnings });
    return manifest;
  } catch (error) {
    // What waits its turn has not failed; one that never has it is missing, which is told by its schedule.
    if (!(error instanceof LockHeldError)) {
      await recordBackup(run, work.kind, startedAt, { error });
    }
    throw error;
  }
}

/** The plan has no row of the kind that is asked for. */
export class NoSuchRowError extends Error {
  override readonly name = 'NoSuchRowError';
}

interface Taken<End> {
  readonly manifest: Manifest & Pick<BackupEnd & End, 'position'>;
  /** Of the same kind, oldest first. */
  readonly earlier: readonly Manifest[];
}

async function takeLocked<E extends EngineName, Found, End>(
  run: RunContext<E>,
  work: BackupWork<E, Found, End>,
  startedAt: Date,
): Promise<Taken<End>> {
  const lock = await acquireLock({
    store: run.store,
    plan: run.compiled.plan,
    environment: run.compiled.environment,
    source: run.source.name,
    activity: 'backup',
  });
  try {
    const signal = AbortSignal.any([run.signal, lock.signal]);
    return await take({ ...run, signal }, work, startedAt);
  } finally {
    await lock.release();
  }
}

async function take<E extends EngineName, Found, End>(
  run: RunContext<E>,
  { kind, label, prepare, take }: BackupWork<E, Found, End>,
  startedAt: Date,
): Promise<Taken<End>> {
  const { store, compiled, source } = run;
  const { found, parent } = await prepare(run);
  const { manifests, unreadable } = await scanBackups(store, source.name);
  // What is wrong with an older one must not keep the next one from being taken.
  for (const { error } of unreadable) run.report({ level: 'warning', message: error.message });
  const earlier = manifests.filter((backup) => backup.kind === kind);
  const { tier, class: className } = tierNow(run, kind, earlier, startedAt);
  const id = backupId(startedAt, kind);
  const writer = new BackupWriter(lockedWrites(store, compiled, run.now), {
    id,
    plan: compiled.plan,
    environment: compiled.environment,
    source: source.name,
    engine: source.engine,
    kind,
    ...(label === undefined ? {} : { label }),
    tier,
    class: className,
    startedAt: startedAt.toISOString(),
    parent: parent ?? null,
  });
  const end = await take(run, { writer, id, found });
  run.signal.throwIfAborted();
  const manifest = await writer.commit({ ...end, completedAt: run.now().toISOString() });
  return { manifest, earlier };
}

function tierNow<E extends EngineName>(
  { compiled, source }: RunContext<E>,
  kind: BackupKind,
  earlier: readonly Manifest[],
  now: Date,
): TierChoice {
  const row = source.protections.find((protection) => protection.kind === kind);
  if (!row) {
    const kinds = source.protections.map((protection) => protection.kind).join(', ');
    throw new NoSuchRowError(
      `the plan takes no ${kind} backups of ${source.name} (it has: ${kinds}), so nothing says how long one is kept; add a row ${kind}({ … }) to sources.${source.name}.protect`,
    );
  }
  return chooseTier(row, earlier, now, compiled.weekStartsOn);
}

/** A backup that holds much less than those before it is committed, and said to. */
function tooSmall<E extends EngineName>(
  { compiled }: RunContext<E>,
  manifests: readonly Manifest[],
): string[] {
  const { below } = compiled.alerts.tooSmall;
  const ratio = sizeRatio(manifests);
  if (ratio === null || ratio >= below) return [];
  const percent = (share: number) => `${Math.floor(share * 100)} %`;
  return [
    `the backup has ${percent(ratio)} of the data that those before it have on average, less than ${percent(below)}; look whether something was lost at its source`,
  ];
}
