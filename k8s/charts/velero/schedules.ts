import type { z } from 'zod';
import { goDuration, timeToLive } from '../../../lib/engines/kubernetes/durations.ts';
import { type ClusterSource, locationName } from '../../../lib/engines/kubernetes/names.ts';
import type { ClusterSchedule } from '../../../lib/engines/kubernetes/schedules.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { seconds } from '../../../lib/plan/values/duration.ts';
import { planSelector } from '../names.ts';
import { veleroLocation } from './location.ts';
import type { scheduleSchema } from './schemas.ts';

type ScheduleSpec = z.input<typeof scheduleSchema>['spec'];
type Template = ScheduleSpec['template'];

export function scheduleSpec(
  compiled: CompiledPlan,
  source: ClusterSource,
  { cron, class: retention, deadlineSeconds }: ClusterSchedule,
): ScheduleSpec {
  const { settings } = source;
  const { resources, labels } = settings;
  return {
    schedule: cron,
    paused: settings.paused ?? false,
    useOwnerReferencesInBackup: false,
    template: {
      metadata: {
        labels: { ...planSelector(compiled), 'app.kubernetes.io/instance': source.name },
      },
      storageLocation: locationName(compiled),
      ttl: timeToLive(retention),
      ...namespaces(source),
      ...(resources?.include && { includedResources: resources.include }),
      ...(resources?.exclude && { excludedResources: resources.exclude }),
      ...(labels && { labelSelector: { matchLabels: labels } }),
      ...volumes(compiled, source),
      itemOperationTimeout: goDuration(deadlineSeconds),
      ...hooks(source),
    },
  };
}

/**
 * Where namespaces are left out, Velero also leaves out what belongs to none, unless it is told otherwise: the definitions
 * of custom resources, cluster roles, storage classes.
 */
const namespaces = ({
  settings: { namespaces: named, exclude },
}: ClusterSource): Pick<
  Template,
  'includedNamespaces' | 'excludedNamespaces' | 'includeClusterResources'
> => ({
  includedNamespaces: named === '*' ? ['*'] : named,
  ...(exclude.length > 0 && { excludedNamespaces: exclude }),
  ...(named === '*' && { includeClusterResources: true }),
});

/** With two locations of one provider, Velero refuses a backup that names none of them: ours is always named. */
function volumes(
  compiled: CompiledPlan,
  source: ClusterSource,
): Pick<
  Template,
  'snapshotVolumes' | 'snapshotMoveData' | 'defaultVolumesToFsBackup' | 'volumeSnapshotLocations'
> {
  const { settings } = source;
  const readVolumes = settings.readVolumes ?? false;
  const snapshotVolumes = settings.snapshotVolumes && !readVolumes;
  return {
    snapshotVolumes,
    snapshotMoveData: settings.moveSnapshots,
    defaultVolumesToFsBackup: readVolumes,
    ...(snapshotVolumes &&
      veleroLocation(compiled, source).region !== undefined && {
        volumeSnapshotLocations: [locationName(compiled)],
      }),
  };
}

type Hook = NonNullable<ClusterSource['settings']['hooks']>[number];
type Command = NonNullable<Hook['before']>[number];

const hooks = ({ settings }: ClusterSource): Pick<Template, 'hooks'> =>
  settings.hooks
    ? {
        hooks: {
          resources: settings.hooks.map(({ name, namespaces: where, labels, before, after }) => ({
            name,
            ...(where && { includedNamespaces: where }),
            includedResources: ['pods'],
            ...(labels && { labelSelector: { matchLabels: labels } }),
            ...(before && { pre: before.map(command) }),
            ...(after && { post: after.map(command) }),
          })),
        },
      }
    : {};

const command = ({ container, run, onError, within }: Command) => ({
  exec: {
    ...(container !== undefined && { container }),
    command: run,
    onError: onError === 'fail' ? ('Fail' as const) : ('Continue' as const),
    timeout: goDuration(seconds(within)),
  },
});
