import { VERSION } from '../../../lib/version.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';
import { DIGEST, deployedPlan } from '../deployed-plan.ts';
import { named, pods, synthesised } from '../synthesised.ts';

const own = new Set(['ExternalSecret', 'GitRepository', 'Application', 'Kustomization']);

test('every object has the labels and annotations of the plan, beside its own', async () => {
  const objects = (await synthesised(deployedPlan())).filter(
    ({ apiVersion }) => !/argoproj|fluxcd|kustomize/.test(apiVersion),
  );
  expect(objects.filter(({ kind }) => !own.has(kind)).length).toBeGreaterThan(10);
  for (const { kind, metadata } of objects) {
    expect([kind, metadata?.labels]).toEqual([
      kind,
      expect.objectContaining({ 'example.com/team': 'platform' }),
    ]);
    expect(metadata?.annotations).toMatchObject({ 'example.com/owner': 'oncall@example.com' });
    expect(metadata?.annotations).toHaveProperty(['argocd.argoproj.io/sync-wave']);
  }
});

test('pods have them too, and what is for pods alone', async () => {
  const all = pods(await synthesised(deployedPlan()));
  expect(all.length).toBeGreaterThan(2);
  for (const { labels } of all) {
    expect(labels).toMatchObject({
      'app.kubernetes.io/name': 'tidemark',
      'example.com/team': 'platform',
      'sidecar.istio.io/inject': 'false',
    });
  }
});

test('what selects pods never has them: it cannot be changed', async () => {
  const { spec } = named(await synthesised(deployedPlan()), 'Deployment', 'tidemark-orders-wal');
  expect(spec).toMatchObject({
    selector: {
      matchLabels: {
        'app.kubernetes.io/component': 'wal-streamer',
        'app.kubernetes.io/instance': 'orders',
        'app.kubernetes.io/name': 'tidemark',
        'app.kubernetes.io/part-of': 'shop',
      },
    },
    template: { metadata: { annotations: { 'linkerd.io/inject': 'disabled' } } },
  });
  expect(JSON.stringify(spec)).not.toContain('"matchLabels":{"example.com');
});

test('pods run where the plan says, from the image that it says', async () => {
  for (const { spec } of pods(await synthesised(deployedPlan()))) {
    expect(spec).toMatchObject({
      imagePullSecrets: [{ name: 'registry' }],
      priorityClassName: 'tidemark-shop-production-1000',
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      tolerations: [{ key: 'backup', operator: 'Equal', value: 'yes', effect: 'NoSchedule' }],
      affinity: {
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 50 }] },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          labelSelector: {
            matchLabels: {
              'app.kubernetes.io/name': 'tidemark',
              'app.kubernetes.io/part-of': 'shop',
            },
          },
        },
      ],
      containers: [
        {
          image: expect.stringMatching(
            new RegExp(`^registry.example.com/tidemark:${VERSION}-(pg15|base)@${DIGEST}$`),
          ),
        },
      ],
    });
  }
});

test('images of other repositories are told by digests of their whole names, and by none that is not theirs', async () => {
  const { settings } = compiledSource();
  const own = `registry.example.com/own:${VERSION}-pg15`;
  const source = compiledSource({ settings: { ...settings, image: 'registry.example.com/own' } });
  const { kubernetes } = deployedPlan();
  const images = async (digests: Record<string, string>) => {
    const compiled = deployedPlan({ sources: [source], kubernetes: { ...kubernetes, digests } });
    const of = pods(await synthesised(compiled)).map(({ spec }) => spec.containers[0]?.image ?? '');
    return [...new Set(of.filter((image) => image.startsWith(own)))];
  };
  expect(await images({ [`${VERSION}-pg15`]: DIGEST })).toEqual([own]);
  expect(await images({ [own]: DIGEST })).toEqual([`${own}@${DIGEST}`]);
});

test('a namespace that the product lives in stays as it is', async () => {
  const shared = deployedPlan({
    kubernetes: { ...compiledPlan().kubernetes, namespace: 'shop', labels: { team: 'platform' } },
  });
  const { metadata } = named(await synthesised(shared), 'Namespace', 'shop');
  expect(metadata?.labels).not.toHaveProperty('team');
});

test('a plan that says nothing of it changes nothing', async () => {
  for (const { spec } of pods(await synthesised(compiledPlan()))) {
    for (const key of [
      'imagePullSecrets',
      'priorityClassName',
      'nodeSelector',
      'tolerations',
      'affinity',
    ]) {
      expect(spec).not.toHaveProperty(key);
    }
  }
});
