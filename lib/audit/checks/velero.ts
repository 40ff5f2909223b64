import { timeToLive } from '../../engines/kubernetes/durations.ts';
import { clusterSources, scheduleName } from '../../engines/kubernetes/names.ts';
import { type ClusterSchedule, clusterSchedules } from '../../engines/kubernetes/schedules.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import type { Tier } from '../../plan/values/retention.ts';
import type { Assignment } from '../assignments.ts';
import { type Breach, lackAnywhere, lackIn } from '../breach.ts';
import type { Located } from '../located.ts';
import type { Place } from '../model.ts';
import type { VeleroFacts } from '../read/velero.ts';
import type { Resource } from '../template.ts';

type Found = Omit<Breach, 'breaks'>;

/** What of a row of the plan the Schedules of Velero do not keep. */
export function checkVelero(
  { source }: Assignment,
  velero: VeleroFacts,
  compiled: CompiledPlan,
  manifests: Place,
): Found[] {
  return clusterSources(compiled)
    .filter(({ name }) => name === source.name)
    .flatMap((cluster) =>
      clusterSchedules(compiled, cluster).flatMap((wanted) => {
        const name = scheduleName(compiled, cluster, wanted.tier);
        const found = named(velero.schedules, name);
        if (!found) {
          return [
            {
              place: velero.schedules[0]
                ? { ...velero.schedules[0].whole.place, line: 1, resource: '' }
                : manifests,
              message: `no Schedule of Velero takes the ${wanted.tier} backups of ${source.name}`,
              remedy: 'restore the Schedule: synthesise again',
              lacks: lackAnywhere(`name: ${name}`),
            },
          ];
        }
        const paused = cluster.settings.paused ?? false;
        return [...checkSchedule(found, wanted, paused), ...checkPlace(found, velero, compiled)];
      }),
    );
}

function checkSchedule(
  { body, id }: Resource,
  { cron, class: retention }: ClusterSchedule,
  paused: boolean,
): Found[] {
  const spec = body.get('spec') ?? body;
  const template = body.get('spec', 'template') ?? spec;
  const ttl = timeToLive(retention);
  const breach = (
    at: Located | undefined,
    within: Located,
    message: string,
    remedy: string,
    missing: string,
  ): Found => ({
    place: (at ?? within).place,
    message: `${id} ${message}`,
    remedy,
    ...(!at && { lacks: lackIn(within, missing) }),
  });
  const found: Found[] = [];
  const runsAt = spec.text('schedule');
  if (runsAt !== cron) {
    const message = `starts at '${runsAt ?? ''}'; the plan needs '${cron}'`;
    const remedy = `set schedule to '${cron}', or change it in the plan`;
    found.push(breach(spec.get('schedule'), spec, message, remedy, 'schedule:'));
  }
  const kept = template.text('ttl');
  if (kept !== ttl) {
    const message = `keeps its backups for ${kept ?? "Velero's own default"}; the plan needs ${ttl}`;
    found.push(breach(template.get('ttl'), template, message, `set ttl to ${ttl}`, 'ttl:'));
  }
  const waits = spec.get('paused')?.value === true;
  if (waits !== paused) {
    const message = waits
      ? 'is paused, so it takes no backups'
      : 'takes backups, while the plan pauses it';
    found.push(breach(spec.get('paused'), spec, message, `set paused to ${paused}`, 'paused:'));
  }
  const owned = spec.get('useOwnerReferencesInBackup');
  if (owned?.value === true) {
    const message = 'owns its backups: whoever deletes it deletes all of them';
    found.push(breach(owned, spec, message, 'set useOwnerReferencesInBackup to false', ''));
  }
  return found;
}

/** Velero keeps nothing in the bucket unless the location that the Schedule names is that bucket. */
function checkPlace(
  { body, id }: Resource,
  { locations }: VeleroFacts,
  { buckets }: CompiledPlan,
): Found[] {
  const at = body.get('spec', 'template', 'storageLocation');
  const location = named(locations, String(at?.value ?? ''));
  const bucket = location?.body.get('spec', 'objectStorage', 'bucket');
  if (bucket?.value === buckets.velero.primary) return [];
  const cited = bucket ?? at ?? body;
  const where = bucket
    ? `the bucket ${String(bucket.value)}`
    : 'a location that is not in the files';
  return [
    {
      place: cited.place,
      message: `${id} keeps its backups in ${where}; the plan needs ${buckets.velero.primary}`,
      remedy: 'restore the BackupStorageLocation and its name in the Schedule',
    },
  ];
}

/** The Schedule of one tier; undefined where the files have none. */
export function scheduleOfTier(
  { source, velero }: Assignment,
  tier: Tier,
  compiled: CompiledPlan,
): Resource | undefined {
  if (!velero || source.engine !== 'kubernetes') return undefined;
  return named(velero.schedules, scheduleName(compiled, source, tier));
}

/** The Schedule that starts most often. */
export function firstSchedule(
  assignment: Assignment,
  compiled: CompiledPlan,
): Resource | undefined {
  const { source } = assignment;
  if (source.engine !== 'kubernetes') return undefined;
  const [first] = clusterSchedules(compiled, source);
  return first && scheduleOfTier(assignment, first.tier, compiled);
}

const named = (resources: readonly Resource[], name: string): Resource | undefined =>
  resources.find(({ body }) => body.text('metadata', 'name') === name);
