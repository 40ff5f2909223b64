import { parse, parseAllDocuments } from 'yaml';
import { manifestFolders } from '../../../k8s/folders.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { compiledPlan } from '../compiled-plan.ts';
import { deployedPlan } from '../deployed-plan.ts';

const REPOSITORY = 'https://git.example.com/shop/backup.git';

const filesOf = (kubernetes: Partial<CompiledPlan['kubernetes']>): ReadonlyMap<string, string> => {
  const compiled = compiledPlan({ kubernetes: { ...compiledPlan().kubernetes, ...kubernetes } });
  return manifestFolders(compiled).find(({ path }) => path === 'gitops')?.files ?? new Map();
};

const argoCd = { namespace: 'argocd', project: 'default' };
const gitops = { repository: REPOSITORY, revision: 'main', argoCd };

test('a plan without a repository writes nothing for it', () => {
  expect(filesOf({}).size).toBe(0);
});

describe('Argo CD', () => {
  test('is told where the manifests are, and keeps the cluster so', () => {
    expect(parse(filesOf({ gitops }).get('argo-cd.yaml') ?? '')).toMatchObject({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'tidemark-shop-production', namespace: 'argocd' },
      spec: {
        project: 'default',
        source: { repoURL: REPOSITORY, targetRevision: 'main', path: 'dist/shop/production/k8s' },
        destination: { server: 'https://kubernetes.default.svc' },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    });
  });

  test('gets an application for each cluster, by its name there or its address', () => {
    const files = filesOf({
      standby: true,
      gitops: {
        ...gitops,
        path: 'clusters/backup/',
        argoCd: { ...argoCd, destinations: { analytics: 'https://analytics.example.com' } },
      },
      clusters: [{ name: 'analytics', cluster: 'a', replicaCluster: 'b', sources: ['orders'] }],
    });
    const found = [...files].map(([name, text]) => {
      const { metadata, spec } = parse(text);
      return [name, metadata.name, spec.source.path, spec.destination];
    });
    expect(found).toEqual([
      [
        'argo-cd.yaml',
        'tidemark-shop-production',
        'clusters/backup',
        { server: 'https://kubernetes.default.svc' },
      ],
      [
        'argo-cd-replica.yaml',
        'tidemark-shop-production-replica',
        'clusters/backup/replica',
        { name: 'shop-replica' },
      ],
      [
        'argo-cd-analytics.yaml',
        'tidemark-shop-production-analytics',
        'clusters/backup/clusters/analytics',
        { server: 'https://analytics.example.com' },
      ],
      [
        'argo-cd-analytics-replica.yaml',
        'tidemark-shop-production-analytics-replica',
        'clusters/backup/clusters/analytics/replica',
        { name: 'b' },
      ],
    ]);
  });
});

describe('Flux', () => {
  const flux = (changes: Partial<typeof gitops>) => {
    const settings = { namespace: 'flux-system', interval: '10m' as const };
    const { argoCd: _argoCd, ...rest } = { ...gitops, ...changes };
    const text = filesOf({ gitops: { ...rest, flux: settings } }).get('flux.yaml') ?? '';
    return parseAllDocuments(text).map((document) => document.toJS());
  };

  test('is told where the manifests are, and waits until they are healthy', () => {
    const [repository, kustomization] = flux({});
    expect(repository).toMatchObject({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      spec: { url: REPOSITORY, ref: { branch: 'main' } },
    });
    expect(kustomization).toMatchObject({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      spec: {
        sourceRef: { kind: 'GitRepository', name: repository.metadata.name },
        path: './dist/shop/production/k8s',
        prune: true,
        wait: true,
      },
    });
  });

  test('takes a commit for what it is, and no address in the short form of SSH', () => {
    const commit = '0123456789abcdef0123456789abcdef01234567';
    const [repository] = flux({
      revision: commit,
      repository: 'git@git.example.com:shop/backup.git',
    });
    expect(repository.spec).toMatchObject({
      url: 'ssh://git@git.example.com/shop/backup.git',
      ref: { commit },
    });
  });
});

test('sealed secrets are taken in from where the plan says, seen from every cluster', () => {
  const compiled = deployedPlan();
  const sealed = {
    ...compiled,
    kubernetes: {
      ...compiled.kubernetes,
      standby: true,
      secrets: { kind: 'sealed-secrets' as const, folder: '../../sealed' },
    },
  };
  const listed = (path: string): string[] => {
    const folder = manifestFolders(sealed).find((one) => one.path === path);
    return parse(folder?.files.get('kustomization.yaml') ?? '').resources;
  };
  expect(listed('').at(-1)).toBe('../../sealed');
  expect(listed('replica').at(-1)).toBe('../../../sealed');
});
