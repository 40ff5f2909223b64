import type { Command } from 'commander';
import { recordEvidence } from '../catalog/evidence.ts';
import { claimStore } from '../catalog/reader.ts';
import type { DrillRun, VerifyRun } from '../catalog/run-record.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { openStore } from '../stores/open.ts';

export interface EvidenceOptions {
  readonly evidence?: string;
}

export const withEvidence = (command: Command): Command =>
  command.option(
    '--evidence <url>',
    'also write the run record into this store, such as the locked bucket of the environment; written as --store',
  );

/** The store that was asked for; without one nothing is kept beside the run records. */
interface Evidence {
  keep(record: VerifyRun | DrillRun): Promise<void>;
  close(): Promise<void>;
}

const NOWHERE: Evidence = { keep: async () => {}, close: async () => {} };

/** @throws ForeignStoreError before hours of work are done for a store that will refuse their result */
export async function openEvidence(
  { evidence: url }: EvidenceOptions,
  { plan, environment }: CompiledPlan,
): Promise<Evidence> {
  if (url === undefined) return NOWHERE;
  const store = await openStore(url);
  try {
    await claimStore(store, plan, environment, { readOnly: true });
  } catch (error) {
    await store.close();
    throw error;
  }
  return {
    keep: (record) => recordEvidence(store, record),
    close: () => store.close(),
  };
}
