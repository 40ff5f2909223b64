import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { proofSchedules } from '../../lib/plan/proof-schedules.ts';
import type { Schedule } from '../../lib/plan/values/schedule.ts';
import { ByHandChart } from './by-hand.ts';
import { drills } from './drill.ts';
import { scheduled } from './scheduled-backup.ts';
import type { NamedCharts } from './scheduled-backups.ts';
import { statusWork, verificationWork } from './verification.ts';
import { cronJob, type Work } from './work.ts';

/** Everything that proves the backups of a source. */
export function proofCharts(
  scope: Construct,
  compiled: CompiledPlan,
  source: DerivedSource,
): NamedCharts {
  const chart = (
    order: number,
    work: Work,
    schedule: Schedule | undefined,
  ): NamedCharts[number] => {
    const id = `${source.name}-${work.name}`;
    return [
      `${order}-${id}`,
      schedule
        ? new ScheduledChart(scope, id, compiled, source, { work, schedule })
        : new ByHandChart(scope, id, compiled, source, work),
    ];
  };
  const { verification, status, drill } = proofSchedules(compiled, source);
  return [
    // Where something else has the schedule, it waits for somebody who starts it.
    chart(62, verificationWork(compiled, source), verification),
    ...(status ? [chart(62, statusWork(source), status)] : []),
    ...(drill ? drills(compiled, source).map((work) => chart(64, work, drill)) : []),
  ];
}

/** Work that starts by itself. */
class ScheduledChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: DerivedSource,
    { work, schedule }: { readonly work: Work; readonly schedule: Schedule },
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const timing = scheduled(schedule, work.deadlineSeconds);
    new k8s.KubeCronJob(this, 'CronJob', cronJob(compiled, source, work, timing));
  }
}
