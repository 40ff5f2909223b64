import { parse } from 'yaml';
import { processIo } from '../../../../lib/commands/main.ts';
import { program } from '../../../../lib/commands/program.ts';
import { compile } from '../../../../lib/plan/compile.ts';
import { definePlan, full, postgresql, wal } from '../../../../lib/plan/language.ts';
import { synthesisedFiles } from '../../synthesised.ts';

type Changes = Partial<Parameters<typeof postgresql>[0]>;

async function filesOf(changes: Changes = {}) {
  const { compiled, findings } = compile(
    definePlan({
      name: 'shop',
      regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
      objectives: { rpo: '5m', rto: '1h' },
      kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/example/agent' },
      alerts: { email: ['oncall@example.com'] },
      environments: { production: { account: '111111111111' } },
      sources: {
        database: postgresql({
          server: {
            service: 'postgres.shop',
            database: 'shop',
            credentials: 'db',
            version: '17',
            uid: 1001,
            gid: 1002,
          },
          protect: [wal({ flush: '30s', keep: '7d' }), full({ at: '02:00', keep: '30d' })],
          archiving: {},
          ...changes,
        }),
      },
    }),
    'production',
  );
  if (!compiled) throw new Error(JSON.stringify(findings));
  const files = await synthesisedFiles(compiled);
  return {
    patch: parse(files.get('sidecars/database-archiving.yaml') ?? 'null'),
    component: parse(files.get('sidecars/kustomization.yaml') ?? 'null'),
  };
}

test('there is none for a server elsewhere', async () => {
  const server = {
    service: 'postgres.example.com',
    database: 'shop',
    credentials: 'db',
    version: '17',
  } as const;
  await expect(filesOf({ server })).rejects.toThrow('TM625');
});

test('is a component that patches what runs the server, and of it the container that is named', async () => {
  const { component, patch } = await filesOf();
  expect(component.patches).toEqual([
    { path: 'database-archiving.yaml', target: { kind: 'StatefulSet', name: 'postgres' } },
  ]);
  const { containers } = patch.spec.template.spec;
  expect(containers).toEqual([{ name: 'postgres', volumeMounts: expect.any(Array) }]);
  const other = await filesOf({ archiving: { workload: 'deployment/db', container: 'server' } });
  expect(other.component.patches[0].target).toEqual({ kind: 'Deployment', name: 'db' });
  expect(other.patch.spec.template.spec.containers[0].name).toBe('server');
});

test('every volume is there that is mounted, and none is mounted over the program that is copied', async () => {
  const { initContainers, containers, volumes } = (await filesOf()).patch.spec.template.spec;
  const names = volumes.map(({ name }: { name: string }) => name);
  for (const { volumeMounts } of [...initContainers, ...containers]) {
    for (const { name } of volumeMounts) expect(names).toContain(name);
  }
  expect(initContainers[0].volumeMounts.map((m: { mountPath: string }) => m.mountPath)).toEqual([
    '/program',
  ]);
  expect(initContainers[0]).toMatchObject({
    image: expect.stringMatching(/-pg17$/),
    securityContext: { runAsUser: 1001, runAsGroup: 1002, readOnlyRootFilesystem: true },
  });
});

test('nothing that is added limits the disk of the whole pod, and so evicts the server', async () => {
  const { volumes, initContainers } = (await filesOf()).patch.spec.template.spec;
  for (const { emptyDir } of volumes) expect(emptyDir ?? {}).toEqual({});
  expect(initContainers[0].resources.limits).toEqual({ cpu: '1', memory: '64Mi' });
});

test('the server starts without the plan, whose name changes with its content', async () => {
  const { volumes } = (await filesOf()).patch.spec.template.spec;
  expect(volumes).toContainEqual({
    name: 'tidemark-plan',
    configMap: { name: expect.stringMatching(/^tidemark-\w+-plan-/), optional: true },
  });
});

test('the settings archive as often as the plan promises, with command lines that the program knows', async () => {
  const [init] = (await filesOf()).patch.spec.template.spec.initContainers;
  const script: string = init.command[2];
  expect(script).toContain('\narchive_mode = on\narchive_timeout = 30\n');
  for (const [setting, name] of [
    ['archive_command', 'wal-push'],
    ['restore_command', 'wal-fetch'],
  ] as const) {
    const [, line = ''] = new RegExp(`^${setting} = '(.*)'$`, 'm').exec(script) ?? [];
    const words = line.slice(line.indexOf(name)).split(' ');
    const command = program(processIo()).commands.find((one) => one.name() === name);
    expect(command?.parseOptions(words.slice(1)).unknown).toEqual([]);
    // A quote would end the setting.
    expect(line).not.toContain("'");
  }
});
