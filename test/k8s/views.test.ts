import { parse, parseAllDocuments } from 'yaml';
import { manifestFolders } from '../../k8s/folders.ts';
import { clusterViews } from '../../k8s/views.ts';
import { roleArn } from '../../lib/access/role-names.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { compiledPlan, compiledSource } from './compiled-plan.ts';

const ISSUERS = { primary: 'oidc.example.com/a', replica: 'oidc.example.com/b' };
const one = compiledPlan();
const withStandby = compiledPlan({
  replicaAccount: '999999999999',
  kubernetes: { ...one.kubernetes, standby: true, issuers: ISSUERS },
});
const withClusters = compiledPlan({
  sources: [compiledSource(), compiledSource({ name: 'events' })],
  kubernetes: {
    ...one.kubernetes,
    standby: true,
    clusters: [
      { name: 'analytics', cluster: 'eks-a', replicaCluster: 'eks-b', sources: ['events'] },
    ],
  },
});

/** Texts of one folder by file name. */
const filesIn = (compiled: CompiledPlan, path: string): ReadonlyMap<string, string> =>
  manifestFolders(compiled).find((folder) => folder.path === path)?.files ?? new Map();

interface Found {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec: { readonly suspend?: boolean; readonly replicas?: number };
}
const objectsIn = (compiled: CompiledPlan, path: string): Found[] =>
  [...filesIn(compiled, path).values()]
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => document.toJS())
    .filter(({ kind }) => kind !== 'Kustomization');

describe('a plan of one cluster', () => {
  test('is seen as it is', () => {
    expect(clusterViews(one)).toEqual([{ id: 'primary', path: '', compiled: one, standby: false }]);
  });

  test('writes nothing for the other region unless it asks for it', () => {
    expect(manifestFolders(one).map(({ path }) => path)).not.toContain('replica');
  });
});

describe('the cluster of the replica region', () => {
  const [, view] = clusterViews(withStandby);

  test('works with the bucket, the account and the roles of its region', () => {
    expect(view).toMatchObject({
      id: 'replica',
      path: 'replica',
      standby: true,
      compiled: {
        account: '999999999999',
        replicaAccount: '123456789012',
        regions: { primary: 'eu-west-1', replica: 'eu-central-1' },
        buckets: {
          primary: 'shop-production-backups-replica',
          evidence: { primary: 'shop-evidence-replica' },
        },
        kubernetes: {
          cluster: 'shop-replica',
          replicaCluster: 'shop',
          issuers: { primary: 'oidc.example.com/b' },
        },
      },
    });
    const account = objectsIn(withStandby, 'replica').find(
      ({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name.endsWith('-backup'),
    );
    expect(account?.metadata.annotations).toMatchObject({
      'eks.amazonaws.com/role-arn': roleArn(withStandby, 'eu-west-1', 'writer', 'orders'),
    });
  });

  test('has every file that the other has', () => {
    expect([...filesIn(withStandby, 'replica').keys()]).toEqual([
      ...filesIn(withStandby, '').keys(),
    ]);
    expect([...filesIn(withStandby, 'replica').values()].join()).toContain(
      's3://shop-production-backups-replica?region=eu-west-1',
    );
  });

  test('runs nothing', () => {
    const workloads = objectsIn(withStandby, 'replica').filter(({ kind }) =>
      ['CronJob', 'Deployment'].includes(kind),
    );
    expect(workloads.length).toBeGreaterThan(2);
    for (const { kind, spec } of workloads) {
      expect(kind === 'CronJob' ? spec.suspend : spec.replicas).toBe(kind === 'CronJob' ? true : 0);
    }
  });

  test('is woken as a whole, and what people start stays with people', () => {
    const { resources, patches } = parse(
      filesIn(withStandby, 'failover').get('kustomization.yaml') ?? '',
    );
    expect(resources).toEqual(['../replica']);
    const awake = objectsIn(withStandby, '')
      .filter(({ kind, spec }) => kind === 'Deployment' || (kind === 'CronJob' && !spec.suspend))
      .map(({ kind, metadata }) => ({ kind, name: metadata.name }));
    expect(patches.map(({ target }: { target: unknown }) => target)).toEqual(awake);
    expect(awake.map(({ name }) => name)).not.toContain('tidemark-orders-restore-latest');
    expect(patches[0]).toEqual({
      target: { kind: 'Deployment', name: 'tidemark-orders-wal' },
      patch: '[{"op":"replace","path":"/spec/replicas","value":1}]',
    });
  });
});

describe('a source in another cluster', () => {
  test('is in the manifests of that cluster and in no others', () => {
    const folders = manifestFolders(withClusters).filter(({ files }) => files.size > 0);
    for (const { path, files } of folders) {
      const texts = [...files.keys()].join();
      expect([path, texts.includes('orders')]).toEqual([
        path,
        !path.startsWith('clusters/') && texts.includes('orders'),
      ]);
      expect([path, texts.includes('events')]).toEqual([
        path,
        path.startsWith('clusters/') && texts.includes('events'),
      ]);
    }
    expect(folders.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        '',
        'replica',
        'failover',
        'clusters/analytics',
        'clusters/analytics/replica',
        'clusters/analytics/failover',
      ]),
    );
  });

  test('waits in the cluster of the other region that belongs to its own', () => {
    expect(
      clusterViews(withClusters).map(({ id, path, compiled }) => [
        id,
        path,
        compiled.kubernetes.cluster,
      ]),
    ).toEqual([
      ['primary', '', 'shop'],
      ['replica', 'replica', 'shop-replica'],
      ['analytics', 'clusters/analytics', 'eks-a'],
      ['analytics-replica', 'clusters/analytics/replica', 'eks-b'],
    ]);
    const { resources } = parse(
      filesIn(withClusters, 'clusters/analytics/failover').get('kustomization.yaml') ?? '',
    );
    expect(resources).toEqual(['../replica']);
  });

  test('does not have the issuer of the plan’s own cluster', () => {
    const compiled = {
      ...withClusters,
      kubernetes: { ...withClusters.kubernetes, issuers: ISSUERS },
    };
    const [, , analytics] = clusterViews(compiled);
    expect(analytics?.compiled.kubernetes.issuers).toBeUndefined();
  });
});
