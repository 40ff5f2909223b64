import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { synthManifests } from '../../../k8s/synth.ts';
import { aof, full, postgresql, redis, snapshot, wal } from '../../../lib/plan/language.ts';
import { type KubernetesApi, startKubernetesApi } from '../../support/kubernetes-api.ts';
import { KUBECTL } from '../../support/kubernetes-api-install.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { shop } from './values.ts';

/** As a product runs a server: with arguments, a volume and settings of its own. */
const server = (name: string, args: readonly string[]) => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name, namespace: 'shop' },
  spec: {
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        initContainers: [{ name: 'prepare', image: 'busybox' }],
        containers: [
          {
            name,
            image: `${name}:7`,
            ...(args.length > 0 && { args }),
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
        volumes: [{ name: 'data', emptyDir: {} }],
      },
    },
  },
});

const objectSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.unknown().optional(),
});

let folder: TempFolder;
let api: KubernetesApi;

beforeAll(async () => {
  [folder, api] = await Promise.all([tempFolder('patches'), startKubernetesApi()]);
});
afterAll(async () => {
  await api?.stop();
  await folder?.remove();
});

test('servers take both components, and a cluster takes the servers', async () => {
  const compiled = shop({
    database: postgresql({
      server: { service: 'postgres', database: 'shop', credentials: 'shop-db', version: '18' },
      protect: [wal({ flush: '60s', keep: '30d' }), full({ at: '03:00', keep: '30d' })],
      archiving: {},
      setup: { args: ['-c', 'shared_buffers=1GB'] },
    }),
    cache: redis({
      server: { service: 'redis', credentials: 'shop-redis', tls: 'disable' },
      appendonly: { volume: 'data' },
      protect: [snapshot({ every: '1h', keep: '30d' }), aof({ flush: '1s', keep: '30d' })],
      setup: { args: ['redis-server', '/etc/redis.conf'] },
    }),
  });
  await synthManifests(compiled, join(folder.path, 'tidemark'));
  const files = {
    'product/postgres.yaml': server('postgres', ['-c', 'shared_buffers=1GB']),
    'product/redis.yaml': server('redis', ['redis-server', '/etc/redis.conf']),
    'product/kustomization.yaml': {
      resources: ['postgres.yaml', 'redis.yaml'],
      components: ['../tidemark/sidecars', '../tidemark/values'],
    },
  };
  for (const [name, object] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), JSON.stringify(object));
  }
  const { stdout } = await promisify(execFile)(KUBECTL, [
    'kustomize',
    join(folder.path, 'product'),
  ]);
  const objects = parseAllDocuments(stdout).map((document) => objectSchema.parse(document.toJS()));
  const found = (kind: string, name: RegExp) => {
    const [only, ...others] = objects.filter((o) => o.kind === kind && name.test(o.metadata.name));
    expect([kind, others]).toEqual([kind, []]);
    return only;
  };
  const names = (list: string) =>
    expect.arrayContaining(list.split(' ').map((name) => expect.objectContaining({ name })));

  const settings = found('ConfigMap', /^tidemark-database-settings-/)?.metadata.name;
  expect(found('StatefulSet', /^postgres$/)).toMatchObject({
    spec: {
      template: {
        spec: {
          initContainers: names('prepare tidemark-archiving'),
          containers: [
            {
              args: [
                ...['-c', 'shared_buffers=1GB', '-c', 'max_slot_wal_keep_size=16384MB'],
                ...['-c', 'hba_file=/etc/tidemark-server/pg_hba.conf'],
              ],
              volumeMounts: names('data tidemark-program tidemark-settings'),
            },
          ],
          volumes: expect.arrayContaining([
            { name: 'tidemark-settings', configMap: { name: settings } },
          ]),
        },
      },
    },
  });
  expect(found('StatefulSet', /^redis$/)).toMatchObject({
    spec: {
      template: {
        spec: {
          initContainers: names('prepare tidemark-aof tidemark-user'),
          containers: [
            {
              args: [
                'redis-server',
                '/etc/redis.conf',
                '--include',
                '/etc/tidemark-server/redis.conf',
              ],
              volumeMounts: names('data tidemark-settings tidemark-user'),
            },
          ],
        },
      },
    },
  });

  const strict = 'fieldValidation=Strict';
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  await api.call('POST', '/api/v1/namespaces', namespace);
  for (const object of objects) {
    const place =
      object.kind === 'StatefulSet'
        ? '/apis/apps/v1/namespaces/shop/statefulsets'
        : '/api/v1/namespaces/shop/configmaps';
    await expect(api.call('POST', `${place}?${strict}`, object)).resolves.toMatchObject({
      metadata: { name: object.metadata.name },
    });
  }
});
