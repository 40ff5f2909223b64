import { z } from 'zod';
import { restoreCharts } from '../../../../k8s/charts/velero/restores.ts';
import { restoreSchema } from '../../../../k8s/charts/velero/schemas.ts';
import { clusterPlan, clusterSource } from './cluster-source.ts';

const restoresOf = (source = clusterSource()) =>
  new Map(
    [...restoreCharts(clusterPlan(source))].map(([name, chart]) => [
      name,
      restoreSchema.parse(chart.toJson().at(-1)),
    ]),
  );

describe('restores', () => {
  test('are of everything, of a namespace, and of one kind of object in it', () => {
    expect([...restoresOf(clusterSource({ namespaces: ['shop'] })).keys()]).toEqual([
      'cluster-everything',
      'cluster-namespace-shop',
      'cluster-configmaps-shop',
      'cluster-secrets-shop',
      'cluster-volumes-shop',
    ]);
  });

  test('of all namespaces are of those that the plan knows, but for what it leaves out', () => {
    const namespaces = (source: ReturnType<typeof clusterSource>) =>
      [...restoresOf(source).keys()].filter((name) => name.startsWith('cluster-namespace-'));
    expect(namespaces(clusterSource())).toEqual([
      'cluster-namespace-shop',
      'cluster-namespace-shop-backup',
    ]);
    expect(namespaces(clusterSource({ exclude: ['shop'] }))).toEqual([
      'cluster-namespace-shop-backup',
    ]);
  });

  test('have a name of their own each time, which no kustomization takes', () => {
    for (const [name, { metadata }] of restoresOf()) {
      expect(metadata).not.toHaveProperty('name');
      expect(metadata.generateName).toBe(`${name}-`);
    }
  });

  test('take the newest backup of the schedule that starts most often', () => {
    const names = [...restoresOf().values()].map(({ spec }) => spec.scheduleName);
    expect(new Set(names)).toEqual(new Set(['tidemark-shop-production-cluster-daily']));
  });

  test('of everything leave to a new cluster what is its own, and change nothing that is there', () => {
    expect(restoresOf().get('cluster-everything')?.spec).toMatchObject({
      includedNamespaces: ['*'],
      excludedNamespaces: ['kube-node-lease', 'kube-public', 'kube-system', 'velero'],
      includeClusterResources: true,
      existingResourcePolicy: 'none',
      restorePVs: true,
    });
  });

  test('of named namespaces bring the kinds of objects that are in them', () => {
    const spec = restoresOf(clusterSource({ namespaces: ['shop'] })).get(
      'cluster-everything',
    )?.spec;
    expect(spec).toMatchObject({ includedNamespaces: ['shop'], includeClusterResources: true });
  });

  test('of configuration put back what was changed, and no volume', () => {
    expect(restoresOf().get('cluster-secrets-shop')?.spec).toMatchObject({
      includedNamespaces: ['shop'],
      includedResources: ['secrets'],
      existingResourcePolicy: 'update',
      restorePVs: false,
    });
  });

  test('of volumes bring the snapshots that claims are filled from', () => {
    expect(restoresOf().get('cluster-volumes-shop')?.spec.includedResources).toEqual(
      expect.arrayContaining(['persistentvolumeclaims', 'volumesnapshots.snapshot.storage.k8s.io']),
    );
  });

  test('into another cluster rename namespaces and storage classes', () => {
    const source = clusterSource({
      into: { namespaces: { shop: 'shop-copy' }, storageClasses: { gp2: 'gp3' } },
    });
    const [classes, restore] =
      restoreCharts(clusterPlan(source)).get('cluster-another-cluster')?.toJson() ?? [];
    expect(restoreSchema.parse(restore).spec.namespaceMapping).toEqual({ shop: 'shop-copy' });
    expect(
      z
        .looseObject({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) })
        .parse(classes),
    ).toMatchObject({
      kind: 'ConfigMap',
      metadata: {
        labels: expect.objectContaining({
          'velero.io/plugin-config': '',
          'velero.io/change-storage-class': 'RestoreItemAction',
        }),
      },
      data: { gp2: 'gp3' },
    });
  });

  test('into another cluster are only written where the plan names what is called otherwise', () => {
    expect([...restoresOf().keys()]).not.toContain('cluster-another-cluster');
  });

  test('are none where nothing takes backups', () => {
    expect(restoresOf(clusterSource({}, { derived: false })).size).toBe(0);
  });
});
