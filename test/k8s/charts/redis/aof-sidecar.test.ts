import { parse } from 'yaml';
import { compile } from '../../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../../lib/plan/compiled.ts';
import { aof, definePlan, redis, snapshot } from '../../../../lib/plan/language.ts';
import { synthesisedFiles } from '../../synthesised.ts';

type Changes = Partial<Parameters<typeof redis>[0]>;

function planOf(changes: Changes = {}): CompiledPlan {
  const { compiled, findings } = compile(
    definePlan({
      name: 'shop',
      regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
      objectives: { rpo: '1d', rto: '1h' },
      kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/example/agent' },
      alerts: { email: ['oncall@example.com'] },
      environments: { production: { account: '111111111111' } },
      sources: {
        cache: redis({
          server: { service: 'redis.shop', credentials: 'redis-backup', uid: 1001, gid: 1002 },
          appendonly: { volume: 'data' },
          protect: [snapshot({ every: '1h', keep: '7d' }), aof({ flush: '10s', keep: '7d' })],
          ...changes,
        }),
      },
    }),
    'production',
  );
  if (!compiled) throw new Error(JSON.stringify(findings));
  return compiled;
}

async function filesOf(changes?: Changes) {
  const files = await synthesisedFiles(planOf(changes));
  const read = (name: string) => parse(files.get(`sidecars/${name}`) ?? 'null');
  return {
    names: [...files.keys()],
    patch: read('cache-aof.yaml'),
    component: read('kustomization.yaml'),
  };
}

test('is a component of Kustomize that patches what runs Redis', async () => {
  const { component, patch } = await filesOf();
  const target = { kind: 'StatefulSet', name: 'redis' };
  expect(component).toMatchObject({
    kind: 'Component',
    patches: [{ path: 'cache-aof.yaml', target }],
  });
  expect(patch).toMatchObject({ kind: 'StatefulSet', metadata: { name: 'redis' } });
  const other = await filesOf({ appendonly: { volume: 'data', workload: 'deployment/store' } });
  expect(other.component.patches[0].target).toEqual({ kind: 'Deployment', name: 'store' });
});

test('is not among what is applied by itself: there it would be all that is left of the StatefulSet', async () => {
  const files = await synthesisedFiles(planOf());
  expect(parse(files.get('kustomization.yaml') ?? '').resources.join()).not.toMatch(/sidecars|aof/);
});

test('starts before Redis and ends after it, and takes it out of service for nothing', async () => {
  const { template } = (await filesOf()).patch.spec;
  const [sidecar] = template.spec.initContainers;
  expect(sidecar.restartPolicy).toBe('Always');
  expect(Object.keys(sidecar).filter((key) => key.endsWith('Probe'))).toEqual([]);
  expect(Object.keys(template.spec)).not.toContain('containers');
});

test('reads the data as its owner and talks to the server beside it', async () => {
  const { initContainers, volumes, serviceAccountName } = (await filesOf()).patch.spec.template
    .spec;
  const [{ args, env, securityContext, volumeMounts }] = initContainers;
  expect(args).toEqual([
    ...['aof', '--config', '/etc/tidemark/plan.json', '--source', 'cache', '--data', '/redis'],
  ]);
  expect(volumeMounts).toContainEqual({ name: 'data', mountPath: '/redis', readOnly: true });
  expect(env).toContainEqual({ name: 'REDIS_HOST', value: '127.0.0.1' });
  expect(securityContext).toMatchObject({ runAsUser: 1001, runAsGroup: 1002, runAsNonRoot: true });
  expect(serviceAccountName).toBe('tidemark-cache-backup');
  const own = volumes.map(({ name }: { name: string }) => name);
  expect(own).toEqual(['tidemark-plan', 'tidemark-scratch', 'tidemark-token']);
});

test('nothing that is added limits the disk of the whole pod, and so evicts Redis', async () => {
  const [{ resources }] = (await filesOf()).patch.spec.template.spec.initContainers;
  expect(resources.limits).toEqual({ cpu: '1', memory: '256Mi' });
});

test('Redis starts without the plan, whose name changes with its content', async () => {
  const { volumes } = (await filesOf()).patch.spec.template.spec;
  expect(volumes[0].configMap).toMatchObject({ optional: true });
});

test('Redis starts without the Secret of its backups', async () => {
  const [{ env }] = (await filesOf()).patch.spec.template.spec.initContainers;
  const secrets = env.flatMap(({ valueFrom }: { valueFrom?: { secretKeyRef?: unknown } }) =>
    valueFrom?.secretKeyRef ? [valueFrom.secretKeyRef] : [],
  );
  expect(secrets).toMatchObject([
    { key: 'username', optional: true },
    { key: 'password', optional: true },
  ]);
});

test('is only there where the plan keeps the file', async () => {
  const { names } = await filesOf({ protect: [snapshot({ every: '1h', keep: '7d' })] });
  expect(names.filter((name) => name.startsWith('sidecars/'))).toEqual([]);
});
