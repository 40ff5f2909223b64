import type { CompiledPlan, Protection } from '../../plan/compiled.ts';
import { formatSeconds } from '../../plan/values/duration.ts';
import type { Assignment } from '../assignments.ts';
import { type Breach, lackAnywhere, lackIn, type RowKey } from '../breach.ts';
import type { Located } from '../located.ts';
import type { Place } from '../model.ts';
import { scheduleOf, variableOf, type Workload } from '../read/workloads.ts';
import { checkVelero } from './velero.ts';

/**
 * @param manifests where to look for what is missing and of which nothing better is known
 * @param derived the same rows with the workloads that the plan derives today, where they are known
 */
export function checkWorkloads(
  assignments: readonly Assignment[],
  compiled: CompiledPlan,
  manifests: Place,
  derived: readonly Assignment[] = [],
): Breach[] {
  return assignments.flatMap((assignment) => {
    const { source, protection, workload, index } = assignment;
    const breaks = (row: RowKey) => row.source === source.name && row.protection === index;
    if (assignment.velero) {
      return checkVelero(assignment, assignment.velero, compiled, manifests).map((breach) => ({
        ...breach,
        breaks,
      }));
    }
    if (!workload) {
      const kind = runnerOf(protection);
      const wanted = derived.find((one) => one.source === source && one.index === index)?.workload;
      return [
        {
          place: wanted
            ? { file: wanted.resource.file, line: 1, resource: wanted.resource.id }
            : manifests,
          message: `no ${kind} takes the ${protection.kind} backups of ${source.name}`,
          remedy: `restore the ${kind}: synthesise again`,
          ...(wanted && { lacks: lackAnywhere(`name: ${nameOf(wanted)}`) }),
          breaks,
        },
      ];
    }
    return checkWorkload(workload, protection, compiled).map((breach) => ({ ...breach, breaks }));
  });
}

const runnerOf = ({ schedule, kind }: Protection): string =>
  schedule !== null ? 'CronJob' : kind === 'aof' ? 'sidecar' : 'Deployment';

const nameOf = ({ resource: { body } }: Workload): string => body.text('metadata', 'name') ?? '';

function checkWorkload(
  workload: Workload,
  { schedule, deadlineSeconds, kind }: Protection,
  compiled: CompiledPlan,
): Breach[] {
  const { resource, container, source } = workload;
  const { body, id } = resource;
  const what = `the ${kind} backups of ${source}`;
  const breach = (at: Located | undefined, message: string, remedy: string, missing?: string) => {
    const cited = at ?? body.get('spec') ?? body;
    return {
      place: cited.place,
      message: `${id} ${message}`,
      remedy,
      ...(missing !== undefined && { lacks: lackIn(cited, missing) }),
    };
  };
  const breaches: Breach[] = [];
  if (schedule === null) {
    const replicas = body.number('spec', 'replicas') ?? 1;
    if (replicas !== 1) {
      breaches.push(
        breach(
          body.get('spec', 'replicas'),
          `has ${replicas} replicas; ${what} need one`,
          'set replicas to 1',
        ),
      );
    }
  } else {
    const found = scheduleOf(workload);
    if (found.cron !== schedule.cron) {
      breaches.push(
        breach(
          body.get('spec', 'schedule'),
          `runs at '${found.cron}'; the plan needs ${what} at '${schedule.cron}'`,
          `set schedule to '${schedule.cron}', or change it in the plan`,
          'schedule:',
        ),
      );
    }
    if (found.timezone !== schedule.timezone) {
      breaches.push(
        breach(
          body.get('spec', 'timeZone'),
          `reads its schedule in ${found.timezone || "the cluster's zone"}; the plan needs ${schedule.timezone}`,
          `set timeZone to ${schedule.timezone}`,
          'timeZone:',
        ),
      );
    }
    if (body.get('spec', 'suspend')?.value === true) {
      breaches.push(
        breach(
          body.get('spec', 'suspend'),
          `is suspended, so it takes none of ${what}`,
          'set suspend to false',
        ),
      );
    }
    const deadline = body.get('spec', 'jobTemplate', 'spec', 'activeDeadlineSeconds');
    if (deadline?.value !== deadlineSeconds) {
      const has = deadline ? `ends a job after ${String(deadline.value)} s` : 'ends no job';
      breaches.push(
        breach(
          deadline,
          `${has}; the plan needs ${deadlineSeconds} s (${formatSeconds(deadlineSeconds)}) for ${what}`,
          `set activeDeadlineSeconds to ${deadlineSeconds}`,
          'activeDeadlineSeconds',
        ),
      );
    }
  }
  const store = variableOf(container, 'TIDEMARK_STORE');
  if (!store || !writesTo(compiled, String(store.value))) {
    breaches.push(
      breach(
        store ?? container,
        `writes to ${store ? String(store.value) : 'no store'}; the plan needs ${compiled.store?.url ?? `s3://${compiled.buckets.primary}`}`,
        'restore TIDEMARK_STORE',
        'TIDEMARK_STORE',
      ),
    );
  }
  return breaches;
}

const writesTo = ({ store, buckets }: CompiledPlan, url: string): boolean =>
  store ? url === store.url : URL.parse(url)?.hostname === buckets.primary;
