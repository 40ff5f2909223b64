import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import type { Schedule } from '../../lib/plan/values/schedule.ts';
import { ByHandChart } from './by-hand.ts';
import { plannedDrills } from './drill.ts';
import { scheduled } from './scheduled-backup.ts';
import type { NamedCharts } from './scheduled-backups.ts';
import {
  statusSchedule,
  statusWork,
  verificationSchedule,
  verificationWork,
} from './verification.ts';
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
  const status = statusSchedule(compiled, source);
  return [
    chart(62, verificationWork(compiled, source), verificationSchedule(compiled, source)),
    ...(status ? [chart(62, statusWork(source), status)] : []),
    ...plannedDrills(compiled, source).map(({ work, schedule }) => chart(64, work, schedule)),
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
