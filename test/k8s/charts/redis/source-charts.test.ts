import type { SourceOf } from '../../../../lib/plan/compiled.ts';
import { VERSION } from '../../../../lib/version.ts';
import { compiledPlan, compiledSource } from '../../compiled-plan.ts';
import { named, pods, synthesised } from '../../synthesised.ts';

const { engine: _engine, settings: _settings, protections, ...common } = compiledSource();
const [, full] = protections;

/** A Redis source with hourly snapshots. */
function cache(server: Partial<SourceOf<'redis'>['settings']['server']> = {}): SourceOf<'redis'> {
  if (!full) throw new Error('the example has a scheduled row');
  return {
    ...common,
    name: 'cache',
    engine: 'redis',
    settings: {
      server: {
        service: 'redis.shop',
        port: 6379,
        credentials: 'cache-backup',
        tls: 'verify-full',
        version: '7',
        uid: 999,
        gid: 1000,
        ...server,
      },
      restore: { volumeClaim: 'cache-restored', memory: '4Gi' },
    },
    protections: [
      { ...full, kind: 'snapshot', schedule: { cron: '0 * * * *', timezone: 'Etc/UTC' } },
    ],
  };
}

const objects = synthesised(compiledPlan({ sources: [cache()] }));
const podOf = async (component: string, all = objects) =>
  pods(await all).find(({ labels }) => labels['app.kubernetes.io/component'] === component)?.spec;

test('a snapshot is a CronJob on the plan’s schedule, in the image with Redis’ programs', async () => {
  expect(named(await objects, 'CronJob', 'tidemark-cache-snapshot').spec).toMatchObject({
    schedule: '0 * * * *',
    concurrencyPolicy: 'Forbid',
  });
  const container = (await podOf('snapshot'))?.containers[0];
  expect(container?.args).toEqual([
    'backup',
    '--config',
    expect.any(String),
    '--source',
    'cache',
    '--kind',
    'snapshot',
  ]);
  expect(container?.image).toBe(`registry.example.com/tidemark:${VERSION}-redis7`);
});

test('credentials are references to keys of the Secret; a user is there only with access lists', async () => {
  const env = (await podOf('snapshot'))?.containers[0]?.env ?? [];
  const reference = (key: string) =>
    expect.objectContaining({
      secretKeyRef: expect.objectContaining({ name: 'cache-backup', key }),
    });
  expect(env).toEqual(
    expect.arrayContaining([
      { name: 'REDIS_USERNAME', valueFrom: reference('username') },
      { name: 'REDIS_PASSWORD', valueFrom: reference('password') },
      { name: 'REDIS_CA_FILE', value: '/etc/tidemark-ca/ca.crt' },
    ]),
  );
  expect(JSON.stringify(named(await objects, 'CronJob', 'tidemark-cache-snapshot').spec)).toContain(
    '"secretKeyRef":{"key":"username","name":"cache-backup","optional":true}',
  );
});

test('without credentials, none are asked for', async () => {
  const { credentials: _none, ...server } = cache().settings.server;
  const plain = cache();
  const source = { ...plain, settings: { ...plain.settings, server } };
  const all = synthesised(compiledPlan({ sources: [source] }));
  const env = (await podOf('snapshot', all))?.containers[0]?.env ?? [];
  expect(env.filter(({ name }) => name.startsWith('REDIS_'))).toEqual([]);
});

test('a restore is suspended, writes the volume as Redis’ user, and has memory for its data', async () => {
  const spec = named(await objects, 'CronJob', 'tidemark-cache-restore-latest').spec;
  expect(spec).toMatchObject({ suspend: true, jobTemplate: { spec: { backoffLimit: 0 } } });
  const pod = await podOf('restore');
  expect(pod?.securityContext).toMatchObject({ runAsUser: 999, runAsGroup: 1000 });
  expect(JSON.stringify(spec)).toContain('"memory":"4Gi"');
  expect(pod?.containers[0]?.env.some(({ name }) => name.startsWith('REDIS_'))).toBe(false);
});
