import type { CompiledPlan, CompiledSource } from './compiled.ts';
import { REFERENCE } from './protections.ts';
import { usesAws } from './store-url.ts';
import { type Schedule, shortestGap } from './values/schedule.ts';

/** When the cluster proves the backups of a source; what is undefined, it does not do on a schedule. */
export interface ProofSchedules {
  /** Every byte is read again. In AWS functions do, also while the cluster is away. */
  readonly verification: Schedule | undefined;
  /** Whether backups are there, and as large as usual. In AWS a function looks every hour, and alarms tell. */
  readonly status: Schedule | undefined;
  /** One drill restores everything, so that it serves `restore` and `fullRestore`. */
  readonly drill: Schedule | undefined;
}

export function proofSchedules(
  compiled: Pick<CompiledPlan, 'store'>,
  { verify }: Pick<CompiledSource, 'verify'>,
): ProofSchedules {
  const functions = usesAws(compiled);
  return {
    verification: functions ? undefined : (verify.checksums ?? undefined),
    status: functions ? undefined : mostFrequent([verify.exists, verify.size]),
    drill: mostFrequent([verify.restore, verify.fullRestore]),
  };
}

/**
 * Whether a source has dumps beside base backups that can be drilled: another way back, which a drill of the base backups
 * says nothing about. Chosen tables and definitions alone cannot be drilled by themselves.
 */
export function hasDumpsBeside({ protections }: Pick<CompiledSource, 'protections'>): boolean {
  const rows = protections.filter(({ derived }) => derived);
  const dumps = rows.filter(({ kind }) => kind === 'logical');
  return (
    rows.some(({ kind }) => kind === 'full') &&
    dumps.length > 0 &&
    dumps.every(({ dump }) => dump?.tables === undefined && dump?.schemaOnly !== true)
  );
}

/** The one that runs most often; undefined where none is planned. */
function mostFrequent(schedules: readonly (Schedule | null)[]): Schedule | undefined {
  const gap = (schedule: Schedule): number => shortestGap(schedule, REFERENCE);
  return schedules.filter((schedule) => schedule !== null).sort((a, b) => gap(a) - gap(b))[0];
}
