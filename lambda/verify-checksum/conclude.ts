import { withChainProblems } from '../../lib/catalog/chain-problems.ts';
import { recordEvidence } from '../../lib/catalog/evidence.ts';
import { type HoldResult, holdVerified } from '../../lib/catalog/hold.ts';
import { runKey } from '../../lib/catalog/keys.ts';
import { readRunRecords, recordRun, scanBackups } from '../../lib/catalog/reader.ts';
import { RUN_FORMAT, type VerifyRun } from '../../lib/catalog/run-record.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { ObjectExistsError } from '../../lib/stores/errors.ts';
import { seeingHidden } from '../../lib/stores/hidden.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import type { RunReference } from '../shared/work.ts';

export interface ConcludeDeps {
  readonly store: ObjectStore;
  readonly evidence: ObjectStore;
  readonly compiled: CompiledPlan;
  readonly now: () => Date;
}

/** What a verification found. */
export type Findings = Pick<VerifyRun, 'backups' | 'wal' | 'error' | 'skipped'>;

export interface Concluded {
  readonly record: VerifyRun;
  /** Undefined if no backup was found sound. */
  readonly hold: HoldResult | undefined;
}

/** A source in which nothing can be read would fill its record with one sentence after the other. */
const MOST_ERRORS = 20;

export function oneError(errors: readonly (string | null)[]): string | null {
  const all = errors.filter((error) => error !== null);
  if (all.length === 0) return null;
  const rest = all.length - MOST_ERRORS;
  return [...all.slice(0, MOST_ERRORS), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

/** A verification that did not come to its end proves nothing, so it counts as a problem, too. */
export function problemCount({ backups, wal, error }: Findings): number {
  const found = backups.reduce((sum, { problems }) => sum + problems.length, 0);
  return found + (wal?.problems.length ?? 0) + (error === null ? 0 : 1);
}

/**
 * Records what was found, keeps it as evidence, and moves the hold to the newest sound backup. After an interruption it
 * begins again: the record that was written first counts, and the rest follows it.
 */
export async function conclude(
  run: RunReference,
  startedAt: string,
  found: Findings,
  deps: ConcludeDeps,
): Promise<Concluded> {
  const { store, evidence, compiled, now } = deps;
  const { manifests } = await scanBackups(seeingHidden(store), run.source);
  const findings = { ...found, backups: withChainProblems(found.backups, manifests) };
  const record = await keepRecord(store, {
    format: RUN_FORMAT,
    action: 'verify',
    id: run.id,
    plan: compiled.plan,
    environment: compiled.environment,
    source: run.source,
    startedAt,
    endedAt: now().toISOString(),
    ...findings,
    ...(problemCount(findings) === 0
      ? { outcome: 'succeeded', error: null }
      : { outcome: 'failed', error: findings.error ?? 'stored data was altered' }),
  });
  await recordEvidence(evidence, record);
  return { record, hold: await holdVerified(store, record) };
}

async function keepRecord(store: ObjectStore, record: VerifyRun): Promise<VerifyRun> {
  try {
    await recordRun(store, record);
    return record;
  } catch (error) {
    if (!(error instanceof ObjectExistsError)) throw error;
    const [first] = await readRunRecords(store, [runKey(record.source, record.id)]);
    if (first?.action !== 'verify') throw error;
    return first;
  }
}
