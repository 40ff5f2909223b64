import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { z } from 'zod';
import { goDuration } from '../../../lib/engines/kubernetes/durations.ts';
import {
  type ClusterSource,
  clusterSources,
  scheduleName,
} from '../../../lib/engines/kubernetes/names.ts';
import { clusterSchedules } from '../../../lib/engines/kubernetes/schedules.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { namespaceOfHost } from '../../../lib/plan/values/server-namespace.ts';
import { planLabels } from '../names.ts';
import { Restore } from './objects.ts';
import type { restoreSchema } from './schemas.ts';

/** What a new cluster brings itself, and what of the old one would break. */
export const OF_THE_CLUSTER = ['kube-node-lease', 'kube-public', 'kube-system'];

type RestoreSpec = z.input<typeof restoreSchema>['spec'];
/** What a Restore is about; the rest is the same for all. */
type Wanted = Pick<RestoreSpec, 'includedNamespaces'> & Partial<RestoreSpec>;

/** A kind of object that is brought back by itself, over what is there now. */
const CONFIGURATION = ['configmaps', 'secrets'] as const;
/** A claim comes back from its snapshot only where that may come back as well. */
export const VOLUMES = [
  'persistentvolumeclaims',
  'persistentvolumes',
  'volumesnapshotclasses.snapshot.storage.k8s.io',
  'volumesnapshotcontents.snapshot.storage.k8s.io',
  'volumesnapshots.snapshot.storage.k8s.io',
];

/**
 * Restores by the names of their files, for `kubectl create --filename`: creating one runs it, so they are in no
 * kustomization, and have no name that one could take. Each takes the newest completed backup.
 */
export function restoreCharts(compiled: CompiledPlan): Map<string, Chart> {
  const scope = new App();
  return new Map(
    clusterSources(compiled).flatMap((source) => {
      const [newest] = clusterSchedules(compiled, source);
      if (!newest) return [];
      return restoresOf(compiled, source).map(([what, wanted]): [string, Chart] => {
        const name = `${source.name}-${what}`;
        const spec: RestoreSpec = {
          scheduleName: scheduleName(compiled, source, newest.tier),
          existingResourcePolicy: 'none',
          restorePVs: source.settings.snapshotVolumes,
          itemOperationTimeout: goDuration(newest.deadlineSeconds),
          ...wanted,
        };
        return [name, new RestoreChart(scope, name, compiled, source, spec)];
      });
    }),
  );
}

function restoresOf(compiled: CompiledPlan, source: ClusterSource): [string, Wanted][] {
  const { namespaces, into, velero } = source.settings;
  const everything: Wanted = {
    includedNamespaces: namespaces === '*' ? ['*'] : namespaces,
    excludedNamespaces:
      namespaces === '*' ? [...OF_THE_CLUSTER, velero.namespace].sort() : undefined,
    // Definitions of custom resources are among these: where namespaces are named, Velero leaves them out by itself.
    includeClusterResources: true,
  };
  return [
    ['everything', everything],
    ...knownNamespaces(compiled, source).flatMap((namespace): [string, Wanted][] => [
      [`namespace-${namespace}`, { includedNamespaces: [namespace] }],
      ...CONFIGURATION.map((kind): [string, Wanted] => [
        `${kind}-${namespace}`,
        {
          includedNamespaces: [namespace],
          includedResources: [kind],
          existingResourcePolicy: 'update',
          restorePVs: false,
        },
      ]),
      [`volumes-${namespace}`, { includedNamespaces: [namespace], includedResources: VOLUMES }],
    ]),
    ...(into
      ? [
          ['another-cluster', { ...everything, namespaceMapping: into.namespaces ?? {} }] as [
            string,
            Wanted,
          ],
        ]
      : []),
  ];
}

/** Namespaces that the plan names, or where it knows a server to be. */
export function knownNamespaces(
  { kubernetes: { namespace: own }, sources }: CompiledPlan,
  { settings: { namespaces, exclude } }: ClusterSource,
): string[] {
  if (namespaces !== '*') return [...new Set(namespaces)].sort();
  const ofServers = sources.flatMap(({ settings }) =>
    'server' in settings && 'service' in settings.server
      ? [namespaceOfHost(settings.server.service, own)]
      : [],
  );
  return [...new Set([own, ...ofServers])]
    .filter((name) => name !== undefined)
    .filter((name) => !exclude.includes(name))
    .sort();
}

class RestoreChart extends Chart {
  constructor(
    scope: App,
    id: string,
    compiled: CompiledPlan,
    source: ClusterSource,
    spec: RestoreSpec,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const { velero, into } = source.settings;
    const labels = { ...planLabels(compiled), 'app.kubernetes.io/instance': source.name };
    if (spec.namespaceMapping !== undefined && into?.storageClasses) {
      new k8s.KubeConfigMap(this, 'StorageClasses', {
        metadata: {
          name: 'tidemark-storage-classes',
          namespace: velero.namespace,
          // Velero looks for both, and then renames in every restore of this cluster.
          labels: {
            ...labels,
            'velero.io/plugin-config': '',
            'velero.io/change-storage-class': 'RestoreItemAction',
          },
        },
        data: into.storageClasses,
      });
    }
    new Restore(this, 'Restore', {
      metadata: { generateName: `${id}-`, namespace: velero.namespace, labels },
      spec,
    });
  }
}
