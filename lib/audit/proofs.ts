import { isDerivedEngine } from '../engines/registry.ts';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { proofSchedules } from '../plan/proof-schedules.ts';
import type { Schedule } from '../plan/values/schedule.ts';
import { scheduleOf, type Workload } from './read/workloads.ts';

/** What proves backups, as commands of the program. */
export type ProofAction = 'verify' | 'status' | 'drill';

/** A proof that the plan wants of the cluster, and the CronJob that brings it. */
export interface Proof {
  readonly source: CompiledSource;
  readonly action: ProofAction;
  readonly schedule: Schedule;
  /** The one that keeps the schedule, else any that starts by itself, else any. */
  readonly workload: Workload | undefined;
}

/** Every proof that the cluster is to bring. */
export const assignProofs = (compiled: CompiledPlan, workloads: readonly Workload[]): Proof[] =>
  compiled.sources
    .filter(({ engine }) => isDerivedEngine(engine))
    .flatMap((source) => {
      const { verification, status, drill } = proofSchedules(compiled, source);
      const wanted = { verify: verification, status, drill };
      return (Object.keys(wanted) as ProofAction[]).flatMap((action): Proof[] => {
        const schedule = wanted[action];
        if (!schedule) return [];
        const own = workloads.filter(
          (one) =>
            one.source === source.name && one.action === action && one.resource.type === 'CronJob',
        );
        const keeps = (one: Workload): boolean =>
          !isSuspended(one) &&
          scheduleOf(one).cron === schedule.cron &&
          scheduleOf(one).timezone === schedule.timezone;
        const workload = own.find(keeps) ?? own.find((one) => !isSuspended(one)) ?? own[0];
        return [{ source, action, schedule, workload }];
      });
    });

export const isSuspended = ({ resource: { body } }: Workload): boolean =>
  body.get('spec', 'suspend')?.value === true;
