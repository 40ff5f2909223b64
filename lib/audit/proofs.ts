import { isDerivedEngine } from '../engines/registry.ts';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { hasDumpsBeside, proofSchedules } from '../plan/proof-schedules.ts';
import type { Schedule } from '../plan/values/schedule.ts';
import { scheduleOf, type Workload } from './read/workloads.ts';

/** What proves backups, as commands of the program; a drill of dumps is not one of the base backups beside them. */
export type ProofAction = 'verify' | 'status' | 'drill' | 'dump-drill';

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
      const dumps = hasDumpsBeside(source) ? drill : undefined;
      const wanted = { verify: verification, status, drill, 'dump-drill': dumps };
      return (Object.keys(wanted) as ProofAction[]).flatMap((action): Proof[] => {
        const schedule = wanted[action];
        if (!schedule) return [];
        const own = workloads.filter(
          (one) =>
            one.source === source.name &&
            proofOf(one) === action &&
            one.resource.type === 'CronJob',
        );
        const keeps = (one: Workload): boolean =>
          !isSuspended(one) &&
          scheduleOf(one).cron === schedule.cron &&
          scheduleOf(one).timezone === schedule.timezone;
        const workload = own.find(keeps) ?? own.find((one) => !isSuspended(one)) ?? own[0];
        return [{ source, action, schedule, workload }];
      });
    });

/** What is looked at after a deployment is one dump, whenever that comes: it keeps no schedule. */
function proofOf({ action, options }: Workload): string | undefined {
  if (options.includes('--label')) return undefined;
  return action === 'drill' && options.includes('--dump') ? 'dump-drill' : action;
}

export const isSuspended = ({ resource: { body } }: Workload): boolean =>
  body.get('spec', 'suspend')?.value === true;
