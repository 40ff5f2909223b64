import { compile } from '../../../lib/plan/compile.ts';
import vectorizer from '../../../plans/vectorizer.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';
import { synthesised } from '../synthesised.ts';

const shared = (service: string) => {
  const { settings } = compiledSource();
  return compiledPlan({
    sources: [
      compiledSource({ settings: { ...settings, server: { ...settings.server, service } } }),
    ],
  });
};

describe('the namespace', () => {
  test('enforces the restricted standard and survives a pruning', async () => {
    const namespaces = (await synthesised(compiledPlan())).filter((o) => o.kind === 'Namespace');
    expect(namespaces).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: 'shop-backup',
          labels: {
            'pod-security.kubernetes.io/audit': 'restricted',
            'pod-security.kubernetes.io/audit-version': 'latest',
            'pod-security.kubernetes.io/enforce': 'restricted',
            'pod-security.kubernetes.io/enforce-version': 'latest',
            'pod-security.kubernetes.io/warn': 'restricted',
            'pod-security.kubernetes.io/warn-version': 'latest',
          },
          annotations: {
            'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
            'argocd.argoproj.io/sync-wave': '-1',
            'kustomize.toolkit.fluxcd.io/prune': 'disabled',
          },
        },
      },
    ]);
  });

  test.each(['postgres', 'postgres.shop-backup', 'postgres.shop-backup.svc'])(
    'enforces nothing on the product where %s runs in it',
    async (host) => {
      const [namespace] = (await synthesised(shared(host))).filter((o) => o.kind === 'Namespace');
      expect(namespace?.metadata?.labels).toEqual({
        'pod-security.kubernetes.io/audit': 'restricted',
        'pod-security.kubernetes.io/audit-version': 'latest',
        'pod-security.kubernetes.io/warn': 'restricted',
        'pod-security.kubernetes.io/warn-version': 'latest',
      });
    },
  );

  test('enforces nothing on a product that no job is derived for either', async () => {
    const { compiled } = compile(vectorizer, 'production');
    if (!compiled) throw new Error('the plan is wrong');
    const [namespace] = (await synthesised(compiled)).filter((o) => o.kind === 'Namespace');
    expect(namespace?.metadata?.name).toBe('vectorizer');
    expect(Object.keys(namespace?.metadata?.labels ?? {}).join()).not.toContain('enforce');
  });

  test('is the only object without the label by which the plan is removed', async () => {
    const unlabelled = (await synthesised(compiledPlan())).filter(
      ({ metadata }) =>
        metadata?.labels?.['app.kubernetes.io/managed-by'] !== 'tidemark' ||
        metadata.labels['app.kubernetes.io/part-of'] !== 'shop',
    );
    expect(unlabelled.map(({ kind }) => kind)).toEqual(['Namespace']);
  });

  test('holds every other object', async () => {
    const others = (await synthesised(compiledPlan())).filter((o) => o.kind !== 'Namespace');
    expect(others.length).toBeGreaterThan(10);
    for (const { metadata } of others) expect(metadata?.namespace).toBe('shop-backup');
  });
});
