import { parse } from 'yaml';
import { compile } from '../../lib/plan/compile.ts';
import bud from '../../plans/bud.ts';
import { type KubernetesApi, startKubernetesApi } from '../support/kubernetes-api.ts';
import { synthesisedFiles } from './synthesised.ts';

/** As a product runs Redis: with an init container, a volume and a port of its own. */
const REDIS = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'redis', namespace: 'bud' },
  spec: {
    serviceName: 'redis',
    selector: { matchLabels: { app: 'redis' } },
    template: {
      metadata: { labels: { app: 'redis' } },
      spec: {
        initContainers: [{ name: 'prepare', image: 'busybox' }],
        containers: [
          {
            name: 'redis',
            image: 'redis:7',
            volumeMounts: [{ name: 'redis-data', mountPath: '/data' }],
          },
        ],
        volumes: [{ name: 'config', configMap: { name: 'redis' } }],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: 'redis-data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
      },
    ],
  },
};

let api: KubernetesApi;
beforeAll(async () => {
  api = await startKubernetesApi();
});
afterAll(() => api?.stop());

test('a cluster joins the sidecar with what runs Redis', async () => {
  const { compiled } = compile(bud, 'production');
  if (!compiled) throw new Error('the plan is wrong');
  const patch = parse((await synthesisedFiles(compiled)).get('sidecars/redis-aof.yaml') ?? '');
  const place = '/apis/apps/v1/namespaces/bud/statefulsets';
  const strict = 'fieldValidation=Strict';
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bud' } };
  await api.call('POST', '/api/v1/namespaces', namespace);
  await api.call('POST', `${place}?${strict}`, REDIS);
  const merged = await api.call('PATCH', `${place}/redis?${strict}`, patch);
  const names = (list: string) =>
    expect.arrayContaining(list.split(' ').map((name) => expect.objectContaining({ name })));
  expect(merged).toMatchObject({
    spec: {
      template: {
        metadata: { labels: { app: 'redis' } },
        spec: {
          serviceAccountName: 'tidemark-redis-backup',
          containers: [{ name: 'redis', volumeMounts: [{ mountPath: '/data' }] }],
          initContainers: names('prepare tidemark-aof'),
          volumes: names('config tidemark-plan tidemark-scratch tidemark-token'),
        },
      },
    },
  });
  // Again, it changes nothing.
  const again = await api.call('PATCH', `${place}/redis?${strict}`, patch);
  expect((again as typeof REDIS).spec).toEqual((merged as typeof REDIS).spec);
});
