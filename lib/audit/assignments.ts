import type { CompiledPlan, CompiledSource, Protection } from '../plan/compiled.ts';
import type { VeleroFacts } from './read/velero.ts';
import { scheduleOf, type Workload } from './read/workloads.ts';

/** A row of the plan and what runs it. */
export interface Assignment {
  readonly source: CompiledSource;
  /** Index among the source's protections. */
  readonly index: number;
  readonly protection: Protection;
  readonly workload: Workload | undefined;
  /** Objects of Velero in the files, where it takes the backups. */
  readonly velero?: VeleroFacts;
}

/**
 * Each derived row with the workload that runs it: the one that keeps its schedule, else one that nothing else claims,
 * so that a changed schedule is told apart from a missing job.
 */
export function assignWorkloads(
  compiled: CompiledPlan,
  workloads: readonly Workload[],
  velero: VeleroFacts,
): Assignment[] {
  return compiled.sources.flatMap((source) => {
    const free = new Set(workloads.filter((workload) => workload.source === source.name));
    const rows = source.protections.flatMap((protection, index) =>
      protection.derived ? [{ source, index, protection }] : [],
    );
    const take = (fits: (workload: Workload) => boolean): Workload | undefined => {
      const found = [...free].find(fits);
      if (found) free.delete(found);
      return found;
    };
    const exact = rows.map((row) => ({
      ...row,
      workload: take((one) => runs(one, row.protection) && hasSchedule(one, row.protection)),
    }));
    return exact.map((row) => ({
      ...row,
      workload: row.workload ?? take((one) => runs(one, row.protection)),
      ...(row.protection.takenBy === 'velero' && { velero }),
    }));
  });
}

/** Continuous rows are run by what never ends and is named like them, scheduled ones by a CronJob that takes backups. */
const runs = ({ resource, action }: Workload, { schedule, kind }: Protection): boolean =>
  schedule === null
    ? resource.type !== 'CronJob' && action === kind
    : resource.type === 'CronJob' && action === 'backup';

const hasSchedule = (workload: Workload, { schedule }: Protection): boolean =>
  schedule === null ||
  (scheduleOf(workload).cron === schedule.cron &&
    scheduleOf(workload).timezone === schedule.timezone);
