import { App } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { Schedule } from '../../../../k8s/charts/velero/objects.ts';
import {
  backupStorageLocationSchema,
  scheduleSchema,
  volumeSnapshotLocationSchema,
} from '../../../../k8s/charts/velero/schemas.ts';
import { VeleroChart } from '../../../../k8s/charts/velero/velero-chart.ts';
import { manifestFolders } from '../../../../k8s/folders.ts';
import { compiledPlan } from '../../compiled-plan.ts';
import { clusterPlan, clusterSource } from './cluster-source.ts';

const objectSchema = z.discriminatedUnion('kind', [
  backupStorageLocationSchema,
  volumeSnapshotLocationSchema,
  scheduleSchema,
]);

const objectsOf = (source = clusterSource()) =>
  z.array(objectSchema).parse(new VeleroChart(new App(), 'velero', clusterPlan(source)).toJson());

const schedulesOf = (source = clusterSource()) =>
  objectsOf(source).flatMap((object) => (object.kind === 'Schedule' ? [object] : []));

const templateOf = (settings: Parameters<typeof clusterSource>[0]) =>
  schedulesOf(clusterSource(settings))[0]?.spec.template;

describe('the objects of Velero', () => {
  test('are all in the namespace in which Velero looks', () => {
    const source = clusterSource({ velero: { namespace: 'backups', serviceAccount: 'velero' } });
    expect(new Set(objectsOf(source).map(({ metadata }) => metadata.namespace))).toEqual(
      new Set(['backups']),
    );
  });

  test('keep backups in the bucket for Velero, which encrypts by itself', () => {
    const [location] = objectsOf();
    expect(location?.spec).toEqual({
      provider: 'velero.io/aws',
      default: true,
      accessMode: 'ReadWrite',
      objectStorage: { bucket: 'shop-velero' },
      config: { region: 'eu-central-1' },
    });
  });

  test.each([
    [
      'an S3-compatible server',
      's3://shop-backups?endpoint=https://minio.example.com:9000',
      'velero.io/aws',
      {
        region: 'us-east-1',
        s3Url: 'https://minio.example.com:9000',
        s3ForcePathStyle: 'true',
        checksumAlgorithm: '',
      },
    ],
    ['Google', 'gs://shop-backups', 'velero.io/gcp', {}],
  ])(
    'keep backups with %s, by the credentials that the plan names',
    (_whose, url, provider, config) => {
      const source = clusterSource({
        velero: { namespace: 'velero', serviceAccount: 'velero', credentials: 'velero-store' },
      });
      const plan = { ...clusterPlan(source), store: { url } };
      const objects = z
        .array(objectSchema)
        .parse(new VeleroChart(new App(), 'velero', plan).toJson());
      expect(objects[0]?.spec).toMatchObject({
        provider,
        config,
        credential: { name: 'velero-store', key: 'cloud' },
      });
      expect(objects.map(({ kind }) => kind)).not.toContain('VolumeSnapshotLocation');
      expect(JSON.stringify(objects)).not.toContain('volumeSnapshotLocations');
    },
  );

  test('trust whoever signs for the endpoint, by a Secret beside Velero', () => {
    const store = { url: 's3://shop?endpoint=https://minio.example.com', ca: 'store-ca' };
    const [location] = z
      .array(objectSchema)
      .parse(new VeleroChart(new App(), 'velero', { ...clusterPlan(), store }).toJson());
    expect(location?.spec).toMatchObject({
      objectStorage: { caCertRef: { name: 'store-ca', key: 'ca.crt' } },
    });
  });

  test('name the location of snapshots, so that a second one of the provider refuses no backup', () => {
    const location = objectsOf().find(({ kind }) => kind === 'VolumeSnapshotLocation');
    expect(templateOf({})?.volumeSnapshotLocations).toEqual([location?.metadata.name]);
  });

  test('are one Schedule for each tier, kept as long as the plan promises', () => {
    expect(
      schedulesOf().map(({ metadata, spec }) => [metadata.name, spec.schedule, spec.template.ttl]),
    ).toEqual([
      ['tidemark-shop-production-cluster-daily', '0 5 * * *', '720h0m0s'],
      ['tidemark-shop-production-cluster-weekly', '0 5 * * 0', '2016h0m0s'],
      ['tidemark-shop-production-cluster-monthly', '0 5 1 * *', '8784h0m0s'],
    ]);
  });

  test('keep their backups when a Schedule goes', () => {
    expect(schedulesOf().map(({ spec }) => spec.useOwnerReferencesInBackup)).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('set nothing that Velero sets back, which a repository would set again for ever', () => {
    for (const { spec } of schedulesOf()) expect(spec).not.toHaveProperty('skipImmediately');
  });

  test('take what belongs to no namespace also where some are left out', () => {
    expect(templateOf({ exclude: ['scratch'] })).toMatchObject({
      includedNamespaces: ['*'],
      excludedNamespaces: ['scratch'],
      includeClusterResources: true,
    });
  });

  test('take of named namespaces what these need and nothing else of the cluster', () => {
    const template = templateOf({ namespaces: ['shop'] });
    expect(template?.includedNamespaces).toEqual(['shop']);
    expect(template).not.toHaveProperty('includeClusterResources');
  });

  test('leave no kind of object out unless the plan does: Secrets and ConfigMaps are in', () => {
    expect(templateOf({})).not.toHaveProperty('includedResources');
    expect(templateOf({})).not.toHaveProperty('excludedResources');
    expect(templateOf({ resources: { exclude: ['events'] } })?.excludedResources).toEqual([
      'events',
    ]);
  });

  test.each([
    ['snapshots that are moved', {}, [true, true, false]],
    ['snapshots that stay', { moveSnapshots: false }, [true, false, false]],
    ['files of volumes', { moveSnapshots: false, readVolumes: true }, [false, false, true]],
    ['no volume', { moveSnapshots: false, snapshotVolumes: false }, [false, false, false]],
  ])('take %s', (_what, settings, expected) => {
    const template = templateOf(settings);
    expect([
      template?.snapshotVolumes,
      template?.snapshotMoveData,
      template?.defaultVolumesToFsBackup,
    ]).toEqual(expected);
  });

  test('end what takes longer than the plan allows', () => {
    const [daily] = schedulesOf(clusterSource({}, { deadlineSeconds: 5400 }));
    expect(daily?.spec.template.itemOperationTimeout).toBe('1h30m0s');
  });

  test('run the commands of the plan in the pods', () => {
    const template = templateOf({
      hooks: [
        {
          name: 'freeze',
          namespaces: ['shop'],
          labels: { app: 'files' },
          before: [
            { container: 'files', run: ['fsfreeze', '-f', '/data'], onError: 'fail', within: '1m' },
          ],
          after: [{ run: ['fsfreeze', '-u', '/data'], onError: 'continue', within: '30s' }],
        },
      ],
    });
    expect(template?.hooks?.resources).toEqual([
      {
        name: 'freeze',
        includedNamespaces: ['shop'],
        includedResources: ['pods'],
        labelSelector: { matchLabels: { app: 'files' } },
        pre: [
          {
            exec: {
              container: 'files',
              command: ['fsfreeze', '-f', '/data'],
              onError: 'Fail',
              timeout: '1m0s',
            },
          },
        ],
        post: [
          { exec: { command: ['fsfreeze', '-u', '/data'], onError: 'Continue', timeout: '30s' } },
        ],
      },
    ]);
  });

  test('wait while the plan pauses them', () => {
    expect(schedulesOf(clusterSource({ paused: true })).map(({ spec }) => spec.paused)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('have names that leave room for the moment that Velero appends', () => {
    const long = { ...clusterSource(), name: 'a'.repeat(40) };
    const names = schedulesOf(long).map(({ metadata: { name } }) => `${name}-20261121050000`);
    expect(names.map(({ length }) => length)).toEqual([63, 63, 63]);
    expect(new Set(names).size).toBe(3);
  });

  test('write and expire nothing in a cluster that waits, which has the bucket of its region', () => {
    const plan = clusterPlan();
    const folders = manifestFolders({
      ...plan,
      kubernetes: { ...plan.kubernetes, standby: true },
    });
    const text = folders.find(({ path }) => path === 'replica')?.files.get('80-velero.yaml') ?? '';
    const objects = parseAllDocuments(text).map((document) => objectSchema.parse(document.toJS()));
    expect(objects[0]?.spec).toMatchObject({
      accessMode: 'ReadOnly',
      objectStorage: { bucket: 'shop-velero-replica' },
      config: { region: 'eu-west-1' },
    });
    const paused = objects.flatMap(({ spec }) => ('paused' in spec ? [spec.paused] : []));
    expect(paused).toEqual([true, true, true]);
  });

  test('look as they did: what changes here changes in every cluster', () => {
    const [daily] = schedulesOf();
    expect([...objectsOf().slice(0, 2), daily]).toMatchSnapshot();
  });

  test('are refused for a plan that has no cluster', () => {
    expect(() => new VeleroChart(new App(), 'velero', compiledPlan())).toThrow(
      /plan shop has no source kubernetes/,
    );
  });
});

describe('a Schedule is refused', () => {
  const [sound] = schedulesOf();
  if (!sound) throw new Error('the fixture has one');
  const make = (spec: object) =>
    new Schedule(new VeleroChart(new App(), 'velero', clusterPlan()), 'another', {
      metadata: sound.metadata,
      spec: Object.assign(structuredClone(sound.spec), spec),
    });

  test.each([
    ['that would delete its backups with itself', { useOwnerReferencesInBackup: true }],
    ['that Velero sets back', { skipImmediately: true }],
    ['with a field that Velero does not know', { suspend: true }],
    [
      'with a duration that Velero would write otherwise',
      { template: { ...sound.spec.template, ttl: '720h' } },
    ],
    ['with more fields of cron than five', { schedule: '0 0 5 * * *' }],
  ])('%s', (_what, spec) => {
    expect(() => make(spec)).toThrow(z.ZodError);
  });

  test('in no other case', () => {
    expect(() => make({ paused: true })).not.toThrow();
  });
});
