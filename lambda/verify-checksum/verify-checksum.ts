import { createHash } from 'node:crypto';
import { manifestKey, timestamp } from '../../lib/catalog/keys.ts';
import type { Manifest } from '../../lib/catalog/manifest.ts';
import { readRuns, recordRun, scanBackups } from '../../lib/catalog/reader.ts';
import { RUN_FORMAT, type VerifyRun, type WalRun } from '../../lib/catalog/run-record.ts';
import { verifyBackup } from '../../lib/catalog/verify.ts';
import { verifyWal } from '../../lib/engines/postgresql/wal/verify.ts';
import { type CompiledPlan, type CompiledSource, derivedSources } from '../../lib/plan/compiled.ts';
import { COLD_REVERIFY_DAYS } from '../../lib/plan/limits.ts';
import { parseRetentionClass } from '../../lib/plan/values/retention.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { dueBackups } from './due.ts';
import type { VerifyInput } from './event.ts';

export interface VerifyDeps {
  readonly store: ObjectStore;
  readonly compiled: CompiledPlan;
  readonly now: () => Date;
  /** Fires a little before the time is over: what was verified until then is recorded. */
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;

/**
 * Verifies one backup or everything of a source and records what was found. A second delivery of the same event finds
 * the record and does nothing again.
 * @throws if the source is not of the plan, or the store cannot be read or written
 */
export async function run(input: VerifyInput, deps: VerifyDeps): Promise<VerifyRun> {
  const { store, compiled, now } = deps;
  const source = derivedSources(compiled).find(({ name }) => name === input.task.source);
  if (!source) {
    throw new Error(
      `plan ${compiled.plan} has no source ${JSON.stringify(input.task.source)}; deploy the plan that has it, or remove the event`,
    );
  }
  const id = recordId(input);
  const day = { from: input.eventTime, to: input.eventTime, action: 'verify' } as const;
  const earlier = (await readRuns(store, source.name, day)).find((record) => record.id === id);
  if (earlier) return earlier;

  const startedAt = now().toISOString();
  const findings = await verify(input, source, deps);
  const record: VerifyRun = {
    format: RUN_FORMAT,
    action: 'verify',
    id,
    plan: compiled.plan,
    environment: compiled.environment,
    source: source.name,
    startedAt,
    endedAt: now().toISOString(),
    ...findings,
    ...(problemCount(findings) === 0
      ? { outcome: 'succeeded', error: null }
      : { outcome: 'failed', error: findings.error ?? 'stored data was altered' }),
  };
  await recordRun(store, record);
  return record;
}

type Findings = Pick<VerifyRun, 'backups' | 'wal' | 'error'>;

/** A verification that did not come to its end proves nothing, so it counts as a problem, too. */
export function problemCount({ backups, wal, error }: Findings): number {
  const found = backups.reduce((sum, { problems }) => sum + problems.length, 0);
  return found + (wal?.problems.length ?? 0) + (error === null ? 0 : 1);
}

async function verify(
  { task }: VerifyInput,
  source: CompiledSource,
  deps: VerifyDeps,
): Promise<Findings> {
  const { store, signal } = deps;
  const { manifests, unreadable } = await scanBackups(store, source.name);
  const whole = task.kind === 'source';
  const chosen = whole
    ? dueBackups(manifests, await history(source, deps), deps.now())
    : manifests.filter(({ id }) => id === task.id);
  const damaged = unreadable
    .filter(({ key }) => whole || key === manifestKey(task.class, task.source, task.id))
    .map(({ error }) => error.message);
  const findings: { -readonly [K in keyof Findings]: Findings[K] } = {
    backups: [],
    wal: null,
    error: damaged.length === 0 ? null : damaged.join('; '),
  };
  if (!whole && chosen.length + damaged.length === 0) {
    const key = manifestKey(task.class, task.source, task.id);
    return { ...findings, error: `${key} does not exist any more; something removed the manifest` };
  }
  if (manifests.length + unreadable.length === 0) {
    return { ...findings, error: `there is no backup of ${source.name}, so nothing was verified` };
  }
  try {
    for (const manifest of chosen)
      findings.backups.push(await verifyBackup(store, manifest, { signal }));
    if (whole)
      findings.wal = await verifyWal(store, source.name, await walRuns(source, deps), { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    findings.error = unfinished(chosen, findings);
  }
  return findings;
}

const unfinished = (chosen: readonly Manifest[], { backups, error }: Findings): string =>
  [
    ...(error === null ? [] : [error]),
    `time was over after ${backups.length} of ${chosen.length} backups; run 'tidemark verify --all' in the cluster, which has no limit`,
  ].join('; ');

async function history(source: CompiledSource, { store, now }: VerifyDeps): Promise<VerifyRun[]> {
  const to = now();
  const from = new Date(to.getTime() - COLD_REVERIFY_DAYS * DAY_MS);
  return readRuns(store, source.name, { from, to, action: 'verify' });
}

/** For as long as WAL is kept, and a day more because expiry is late rather than early. */
async function walRuns(source: CompiledSource, { store, now }: VerifyDeps): Promise<WalRun[]> {
  const days = source.protections
    .filter(({ kind }) => kind === 'wal')
    .flatMap(({ tiers }) => tiers.map((tier) => parseRetentionClass(tier.class).days));
  const to = now();
  const from = days.includes(null)
    ? new Date(0)
    : new Date(to.getTime() - (Math.max(0, ...days.map(Number)) + 1) * DAY_MS);
  return readRuns(store, source.name, { from, to, action: 'wal' });
}

function recordId({ eventId, eventTime }: VerifyInput): string {
  const digest = createHash('sha256').update(eventId).digest('hex').slice(0, 8);
  return `${timestamp(eventTime)}-verify-${digest}`;
}
