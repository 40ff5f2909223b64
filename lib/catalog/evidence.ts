import { ObjectExistsError } from '../stores/errors.ts';
import type { ObjectStore } from '../stores/store.ts';
import { runKey } from './keys.ts';
import { claimStore, readRunRecords, recordRun } from './reader.ts';
import { type DrillRun, runRecordSchema, type VerifyRun } from './run-record.ts';

/** Another record has this id already, and evidence is never replaced. */
export class EvidenceConflictError extends Error {
  override readonly name = 'EvidenceConflictError';
}

/**
 * Keeps what a verification or a drill found where nobody can remove it: a store of the same layout as that of the
 * backups, which holds nothing but records of runs. Writing the same record again changes nothing.
 * @param evidence for one plan and environment; the first record claims it
 * @throws EvidenceConflictError, ForeignStoreError, NewerFormatError
 */
export async function recordEvidence(
  evidence: ObjectStore,
  record: VerifyRun | DrillRun,
): Promise<void> {
  await claimStore(evidence, record.plan, record.environment);
  try {
    await recordRun(evidence, record);
  } catch (error) {
    if (!(error instanceof ObjectExistsError)) throw error;
    await compare(evidence, record);
  }
}

async function compare(evidence: ObjectStore, record: VerifyRun | DrillRun): Promise<void> {
  const key = runKey(record.source, record.id);
  const found = await readRunRecords(evidence, [key]);
  // Both went through the schema, which also puts their keys into one order.
  if (JSON.stringify(found) === JSON.stringify([runRecordSchema.parse(record)])) return;
  throw new EvidenceConflictError(
    `${evidence.url} has another record at ${key}; it was kept, and what was found now is only in the run records of the backups`,
  );
}
