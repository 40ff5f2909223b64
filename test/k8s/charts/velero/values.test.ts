import { parse } from 'yaml';
import { veleroFolders } from '../../../../k8s/charts/velero/folders.ts';
import { veleroValues } from '../../../../k8s/charts/velero/values.ts';
import { compiledPlan } from '../../compiled-plan.ts';
import { monitored } from '../monitoring/cases/alert-case.ts';
import { clusterPlan, clusterSource } from './cluster-source.ts';

const ORIGIN = { plan: 'shop', environment: 'production' };

describe('values of the Helm chart', () => {
  test('leave locations and schedules to the objects beside them, and tell the server to wait for the first start', () => {
    expect(veleroValues(clusterPlan())).toMatchObject({
      backupsEnabled: false,
      snapshotsEnabled: false,
      schedules: {},
      credentials: { useSecret: false },
      configuration: { features: 'EnableCSI', extraArgs: ['--schedule-skip-immediately=true'] },
    });
  });

  test.each([
    ['where snapshots are moved', { moveSnapshots: true }, true],
    ['where files of volumes are read', { moveSnapshots: false, readVolumes: true }, true],
    ['nowhere else', { moveSnapshots: false }, false],
  ])('run the node agent %s', (_where, settings, expected) => {
    expect(veleroValues(clusterPlan(clusterSource(settings)))).toMatchObject({
      deployNodeAgent: expected,
    });
  });

  test('restore a claim before there is a pod that uses it, as every stage of a recovery does', () => {
    const values = veleroValues(clusterPlan(clusterSource({ moveSnapshots: true })));
    expect(values).toMatchObject({
      configMaps: {
        'node-agent-config': {
          data: { 'config.json': '{"restorePVC":{"ignoreDelayBinding":true}}' },
        },
      },
      nodeAgent: { extraArgs: ['--node-agent-configmap=velero-node-agent-config'] },
    });
  });

  test('give the uploader a place to write, as it fails on a read-only root', () => {
    expect(veleroValues(clusterPlan())).toMatchObject({
      containerSecurityContext: { readOnlyRootFilesystem: true },
      configuration: { extraEnvVars: [{ name: 'HOME', value: '/scratch' }] },
    });
  });

  test('install the plug-in of the store', () => {
    expect(veleroValues({ ...clusterPlan(), store: { url: 'gs://shop-backups' } })).toMatchObject({
      initContainers: [{ image: expect.stringMatching(/^velero\/velero-plugin-for-gcp:v1\.14\./) }],
    });
  });

  test('let the Prometheus that watches Tidemark watch Velero', () => {
    expect(veleroValues(monitored())).toMatchObject({
      metrics: {
        enabled: true,
        serviceMonitor: { enabled: true, additionalLabels: { release: 'kube-prometheus-stack' } },
      },
    });
    expect(veleroValues(clusterPlan())).toMatchObject({ metrics: { enabled: true } });
  });

  test('name the role where pods do not get it by EKS Pod Identity', () => {
    const plan = clusterPlan();
    const issuers = { primary: 'oidc.example.com/id/A', replica: 'oidc.example.com/id/B' };
    expect(veleroValues(plan)).toMatchObject({
      serviceAccount: { server: { create: true, name: 'velero' } },
    });
    expect(JSON.stringify(veleroValues(plan))).not.toContain('role-arn');
    expect(veleroValues({ ...plan, kubernetes: { ...plan.kubernetes, issuers } })).toMatchObject({
      serviceAccount: {
        server: {
          annotations: {
            'eks.amazonaws.com/role-arn':
              'arn:aws:iam::123456789012:role/tidemark-shop-production-velero-eu-central-1',
          },
        },
      },
    });
  });

  test('are read by Helm without anchors, which people overlook', () => {
    const [values] = veleroFolders(ORIGIN, clusterPlan());
    const text = values?.files.get('values.yaml') ?? '';
    expect(text).not.toMatch(/[&*]a\d/);
    expect(parse(text)).toEqual(veleroValues(clusterPlan()));
  });

  test('are gone, with the restores, where the plan has no cluster', () => {
    expect(veleroFolders(ORIGIN, compiledPlan())).toEqual([
      { path: 'values/velero', files: new Map() },
      { path: 'velero/restores', files: new Map() },
    ]);
  });
});
