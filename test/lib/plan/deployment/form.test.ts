import type { PlanInput } from '../../../../lib/plan/language.ts';
import { findingsOf, plan } from '../example.ts';

const written = (key: string, value: unknown) => {
  const kubernetes = { ...plan().kubernetes, [key]: value } as PlanInput['kubernetes'];
  return findingsOf(plan({ kubernetes })).filter(({ severity }) => severity === 'error');
};

test.each<[key: string, value: unknown, path: string, says: RegExp]>([
  ['digests', { latest: 'abc' }, 'digests.latest', /"abc" is not the digest of an image; write/],
  ['digests', { 'a b': `sha256:${'0'.repeat(64)}` }, 'digests.a b', /"a b" is not the tag of an/],
  ['pullSecrets', ['Registry'], 'pullSecrets.0', /is not the name of a Secret; write/],
  ['labels', { 'a b': 'c' }, 'labels.a b', /"a b" is not the name of a label; write/],
  ['labels', { team: 'a b' }, 'labels.team', /"a b" is not the value of a label; write/],
  [
    'labels',
    { 'app.kubernetes.io/part-of': 'x' },
    'labels.app.kubernetes.io/part-of',
    /is Tidemark's own, by which it selects its pods; choose another/,
  ],
  [
    'annotations',
    { 'argocd.argoproj.io/sync-wave': '7' },
    'annotations.argocd.argoproj.io/sync-wave',
    /the order of the files decides their sync waves; leave/,
  ],
  ['pods', { nodeselector: {} }, 'pods.nodeselector', /write "nodeSelector"/],
  ['pods', { tolerations: [{ effect: 'Never' }] }, 'pods.tolerations.0.effect', /NoSchedule/],
  [
    'pods',
    { affinity: { nodeAffinity: { required: [] } } },
    'pods.affinity.nodeAffinity.required',
    /unknown key "required"/,
  ],
  ['pods', { tolerations: [{ value: 'a' }] }, 'pods.tolerations.0', /no taint is named; write/],
  [
    'pods',
    { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
    'pods.tolerations.0',
    /is not compared; leave value or operator out/,
  ],
  [
    'pods',
    { tolerations: [{ key: 'a', tolerationSeconds: 60 }] },
    'pods.tolerations.0',
    /write effect: 'NoExecute' beside/,
  ],
  ...(
    [
      [{ key: 'arch', operator: 'In' }, /"values" is missing; write at least one/],
      [{ key: 'spot', operator: 'Exists', values: ['yes'] }, /Exists takes no values; leave them/],
      [{ key: 'cpus', operator: 'Gt', values: ['4', '8'] }, /Gt takes one value, which is a whole/],
      [{ key: 'cpus', operator: 'Lt', values: ['four'] }, /Lt takes one value, which is a whole/],
    ] as const
  ).map(([expression, says]): [string, unknown, string, RegExp] => [
    'pods',
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [expression] }],
          },
        },
      },
    },
    'pods.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.0.values',
    says,
  ]),
  [
    'pods',
    {
      topologySpread: [1, 2].map((maxSkew) => ({
        ...{ maxSkew, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
      })),
    },
    'pods.topologySpread',
    /two entries are about the same key and the same whenUnsatisfiable/,
  ],
  ['priority', 'Very High', 'priority', /"Very High" is not the name of a PriorityClass; write/],
  ['priority', { value: 2_000_000_000 }, 'priority.value', /1000000000/],
  ['network', { s3: 'open' }, 'network.s3', /any|cilium/],
  ['network', { s3: { cidrs: ['10.0.0.0'] } }, 'network.s3.cidrs.0', /"10.0.0.0" is not a range/],
  ['network', { s3: { cidrs: ['10.0.0.0/33'] } }, 'network.s3.cidrs.0', /is not a range of addr/],
  ['network', { s3: { cidrs: [] } }, 'network.s3.cidrs', /no range is named; write at least one/],
  [
    'network',
    { extra: [{ namespace: 'proxy', cidr: '10.0.0.0/8', port: 3128 }] },
    'network.extra.0',
    /a namespace and a range are two targets; write an entry for each/,
  ],
  ['secrets', { kind: 'vault' }, 'secrets.kind', /external-secrets/],
  [
    'secrets',
    { kind: 'external-secrets', store: { name: 'vault' }, path: 'shop' },
    'secrets.path',
    /"shop" names one secret for all; write {secret}/,
  ],
  [
    'secrets',
    { kind: 'external-secrets', store: { name: 'vault' }, path: '{env}/{secret}' },
    'secrets.path',
    /has a word in braces that means nothing/,
  ],
  [
    'secrets',
    { kind: 'sealed-secrets', folder: '/etc' },
    'secrets.folder',
    /is not a folder relat/,
  ],
  ['gitops', { repository: 'shop', flux: {} }, 'gitops.repository', /is not the address of a Git/],
  ['gitops', { repository: 'https://git/x' }, 'gitops', /nothing is to apply the manifests; write/],
  [
    'gitops',
    { repository: 'https://git/x', flux: {}, path: '../k8s' },
    'gitops.path',
    /is not a path in a repository/,
  ],
  ...['primary', 'replica', 'events-replica'].map((name): [string, unknown, string, RegExp] => [
    'clusters',
    { [name]: { cluster: 'x', sources: ['orders'] } },
    `clusters.${name}`,
    /is what the plan's own cluster or one of the replica region is called; choose/,
  ]),
  [
    'clusters',
    { events: { cluster: 'x', sources: [] } },
    'clusters.events.sources',
    /no source is/,
  ],
])('kubernetes.%s of %j is refused at %s', (key, value, path, says) => {
  const found = written(key, value);
  expect(found.map((finding) => finding.path)).toEqual([`kubernetes.${path}`]);
  expect(`${found[0]?.message}; ${found[0]?.remedy}`).toMatch(says);
});

test('what Kubernetes itself would take is taken', () => {
  expect(
    written('pods', {
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
      tolerations: [{ operator: 'Exists' }, { key: 'backup', value: 'yes', effect: 'NoSchedule' }],
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              podAffinityTerm: {
                labelSelector: { matchLabels: { app: 'postgres' } },
                topologyKey: 'kubernetes.io/hostname',
                namespaces: ['shop'],
              },
            },
          ],
        },
      },
    }),
  ).toEqual([]);
});
