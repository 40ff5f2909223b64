import type { z } from 'zod';
import { goDuration } from '../../lib/engines/kubernetes/durations.ts';
import {
  type ClusterSource,
  clusterSources,
  scheduleName,
} from '../../lib/engines/kubernetes/names.ts';
import { clusterSchedules } from '../../lib/engines/kubernetes/schedules.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import type { Stage } from '../../lib/plan/recovery.ts';
import { planLabels } from '../charts/names.ts';
import { OF_THE_CLUSTER, VOLUMES } from '../charts/velero/restores.ts';
import { recoveryRestoreSchema } from '../charts/velero/schemas.ts';
import { type KubernetesObject, kubernetesObject } from '../objects/object.ts';
import { stepWave } from './waves.ts';

type RestoreSpec = z.input<typeof recoveryRestoreSchema>['spec'];

/** What one step of a stage brings back; steps of a stage follow each other. */
type Step = readonly [name: string, wanted: Partial<RestoreSpec>];

/** Of the cluster, before any namespace has something in it. */
const DEFINITIONS = [
  'customresourcedefinitions.apiextensions.k8s.io',
  'ingressclasses.networking.k8s.io',
  'priorityclasses.scheduling.k8s.io',
  'storageclasses.storage.k8s.io',
  'volumesnapshotclasses.snapshot.storage.k8s.io',
];
const RIGHTS = [
  'clusterrolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'limitranges',
  'namespaces',
  'networkpolicies.networking.k8s.io',
  'resourcequotas',
  'rolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'serviceaccounts',
];

function stepsOf({ recovery: { operators } }: CompiledPlan): Partial<Record<Stage, Step[]>> {
  return {
    operators: [
      ['definitions', { includedResources: DEFINITIONS, restorePVs: false }],
      ...(operators ? [['operators', { includedNamespaces: operators }] satisfies Step] : []),
    ],
    rbac: [['rbac', { includedResources: RIGHTS, restorePVs: false }]],
    data: [['volumes', { includedResources: VOLUMES }]],
    configuration: [
      ['configuration', { includedResources: ['configmaps', 'secrets'], restorePVs: false }],
    ],
    application: [['application', {}]],
  };
}

/** Restores of one stage, in their order; none where no cluster is backed up. */
export function stageRestores(compiled: CompiledPlan, stage: Stage): KubernetesObject[] {
  return clusterSources(compiled).flatMap((source) => {
    const [newest] = clusterSchedules(compiled, source);
    if (!newest) return [];
    return (stepsOf(compiled)[stage] ?? []).map(([name, wanted], index) =>
      restore(compiled, source, `${source.name}-recover-${name}`, index, {
        ...scope(source, wanted.includedNamespaces),
        scheduleName: scheduleName(compiled, source, newest.tier),
        existingResourcePolicy: 'none',
        restorePVs: source.settings.snapshotVolumes,
        itemOperationTimeout: goDuration(newest.deadlineSeconds),
        ...wanted,
      }),
    );
  });
}

/**
 * What Tidemark makes comes from its manifests: restored, its schedules would take backups of what is half there. What
 * belongs to no namespace comes back with everything that the source protects, and not with chosen namespaces.
 * @param named instead of every namespace that the source protects
 */
const scope = (
  { settings: { namespaces, velero } }: ClusterSource,
  named: string[] | undefined,
): Pick<RestoreSpec, 'includedNamespaces' | 'labelSelector'> & Partial<RestoreSpec> => ({
  ...(named
    ? { includedNamespaces: named }
    : { includeClusterResources: true, ...all(namespaces, velero) }),
  labelSelector: {
    matchExpressions: [
      { key: 'app.kubernetes.io/managed-by', operator: 'NotIn', values: ['tidemark'] },
    ],
  },
});

const all = (
  namespaces: ClusterSource['settings']['namespaces'],
  velero: ClusterSource['settings']['velero'],
): Pick<RestoreSpec, 'includedNamespaces' | 'excludedNamespaces'> =>
  namespaces === '*'
    ? {
        includedNamespaces: ['*'],
        excludedNamespaces: [...OF_THE_CLUSTER, velero.namespace].sort(),
      }
    : { includedNamespaces: namespaces };

const restore = (
  compiled: CompiledPlan,
  source: ClusterSource,
  name: string,
  step: number,
  spec: RestoreSpec,
): KubernetesObject =>
  kubernetesObject(
    recoveryRestoreSchema.parse({
      apiVersion: 'velero.io/v1',
      kind: 'Restore',
      metadata: {
        name,
        namespace: source.settings.velero.namespace,
        labels: { ...planLabels(compiled), 'app.kubernetes.io/instance': source.name },
        annotations: stepWave(step),
      },
      spec,
    }),
  );
