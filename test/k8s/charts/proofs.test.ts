import { z } from 'zod';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { compiledPlan, compiledSource, withDumps } from '../compiled-plan.ts';
import { named, pods, synthesised } from '../synthesised.ts';

const WEEKLY = { cron: '30 6 * * 1', timezone: 'Etc/UTC' };
const MONTHLY = { cron: '30 6 2 * *', timezone: 'Etc/UTC' };
const { verify } = compiledSource();

const cronJobSchema = z.looseObject({
  schedule: z.string(),
  suspend: z.boolean().optional(),
  jobTemplate: z.object({
    spec: z.looseObject({
      backoffLimit: z.number(),
      podFailurePolicy: z.object({
        rules: z.array(
          z.looseObject({ onExitCodes: z.looseObject({ values: z.array(z.number()) }).optional() }),
        ),
      }),
    }),
  }),
});

/** What the manifests of a plan with this source have to prove its backups. */
async function proofsOf(
  changes: Partial<SourceOf<'postgresql'>> = {},
  plan: Partial<CompiledPlan> = {},
) {
  const objects = await synthesised(compiledPlan({ sources: [compiledSource(changes)], ...plan }));
  const proofs = pods(objects).filter(({ spec }) => spec.serviceAccountName.endsWith('-verify'));
  return proofs.map(({ owner, spec }) => {
    const name = owner.replace('CronJob/', '');
    const job = cronJobSchema.parse(named(objects, 'CronJob', name).spec);
    const [container] = spec.containers;
    return { name, job, spec, args: container?.args.slice(5).join(' '), container };
  });
}

const proof = async (name: string, ...of: Parameters<typeof proofsOf>) => {
  const found = (await proofsOf(...of)).find((one) => one.name === name);
  if (!found) throw new Error(`nothing is called ${name}`);
  return found;
};

describe('verifications', () => {
  test('wait for a person where functions of AWS do them', async () => {
    const { job, args } = await proof('tidemark-orders-verification');
    expect(job.suspend).toBe(true);
    expect(args).toBe('--due --evidence s3://shop-evidence?region=eu-central-1');
  });

  const store = {
    url: 's3://backups?endpoint=https://minio.shop',
    secrets: { writer: 'minio', restorer: 'minio', verifier: 'minio' },
  };

  test('run on the plan’s schedule where there are none, and what looks whether backups are there does too', async () => {
    const elsewhere = await proofsOf(
      { verify: { ...verify, exists: MONTHLY, size: WEEKLY } },
      { store },
    );
    expect(elsewhere.map(({ name, job, args }) => [name, job.schedule, job.suspend, args])).toEqual(
      [
        ['tidemark-orders-status', WEEKLY.cron, undefined, '--fail-on warning'],
        ['tidemark-orders-verification', WEEKLY.cron, undefined, '--due'],
      ],
    );
  });

  test('do not look for the size of backups where the plan does not', async () => {
    const { args } = await proof(
      'tidemark-orders-status',
      { verify: { ...verify, exists: WEEKLY } },
      { store },
    );
    expect(args).toBe('');
  });
});

describe('drills', () => {
  const drilled = { verify: { ...verify, restore: MONTHLY, fullRestore: WEEKLY } };

  test('are none where the plan asks for none', async () => {
    expect((await proofsOf()).map(({ name }) => name)).toEqual(['tidemark-orders-verification']);
  });

  test('run as often as the more frequent of both, as the account that reads, into a volume of their own', async () => {
    const { job, spec, args } = await proof('tidemark-orders-drill', drilled);
    expect([job.schedule, job.suspend]).toEqual([WEEKLY.cron, undefined]);
    expect(args).toBe('--scratch /scratch --evidence s3://shop-evidence?region=eu-central-1');
    expect(spec.serviceAccountName).toBe('tidemark-orders-verify');
    expect(spec.automountServiceAccountToken).toBe(false);
    // A new volume is root's.
    expect(spec.securityContext).toMatchObject({ runAsUser: 65_532, fsGroup: 65_532 });
    expect(spec.volumes).toContainEqual({
      name: 'restored',
      ephemeral: {
        volumeClaimTemplate: {
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
        },
      },
    });
  });

  test('have what the plan says of them', async () => {
    const { settings } = compiledSource();
    const drill = {
      scratch: '1.5TiB',
      storageClass: 'gp3',
      memory: '8Gi',
      expect: [],
      amcheck: true,
    } as const;
    const image = 'ghcr.io/acme/postgis';
    const changes = {
      ...drilled,
      settings: { ...settings, image, drill: { ...drill, expect: [] } },
    };
    const { spec, container } = await proof('tidemark-orders-drill', changes);
    expect(spec.volumes).toContainEqual({
      name: 'restored',
      ephemeral: {
        volumeClaimTemplate: {
          spec: {
            ...{ accessModes: ['ReadWriteOnce'], storageClassName: 'gp3' },
            resources: { requests: { storage: '1.5Ti' } },
          },
        },
      },
    });
    expect(container?.resources.limits.memory).toBe('8Gi');
    expect(container?.image).toMatch(/^ghcr\.io\/acme\/postgis:.*-pg15$/);
  });

  test('look at dumps beside base backups too', async () => {
    const { protections } = withDumps(false);
    const names = (await proofsOf({ ...drilled, protections })).map(({ name, args }) => [
      name,
      args,
    ]);
    expect(names).toContainEqual([
      'tidemark-orders-dump-drill',
      '--scratch /scratch --dump --evidence s3://shop-evidence?region=eu-central-1',
    ]);
  });

  test('leave dumps of chosen tables out: they cannot be drilled by themselves', async () => {
    const protections = withDumps(false).protections.map((row) => ({
      ...row,
      ...(row.dump && { dump: { ...row.dump, tables: ['public.orders'] } }),
    }));
    const names = (await proofsOf({ ...drilled, protections })).map(({ name }) => name);
    expect(names).not.toContain('tidemark-orders-dump-drill');
  });
});

test('what was found is not looked for again; what could not begin is tried again', async () => {
  for (const { job } of await proofsOf()) {
    const { podFailurePolicy, backoffLimit } = job.jobTemplate.spec;
    const codes = podFailurePolicy.rules.flatMap(({ onExitCodes }) => onExitCodes?.values ?? []);
    expect(codes).toEqual([EXIT.input, EXIT.unhealthy, EXIT.archived]);
    expect(backoffLimit).toBeGreaterThan(0);
  }
});

describe('after a deployment', () => {
  const hooked = (postDeploy: 'verify' | 'drill') => {
    const { settings, protections } = withDumps(true);
    const hooks = { preDeploy: true, postDeploy };
    return { protections, settings: { ...settings, hooks } };
  };

  test.each([
    ['verify', '--label pre-deploy --evidence s3://shop-evidence?region=eu-central-1'],
    [
      'drill',
      '--scratch /scratch --label pre-deploy --evidence s3://shop-evidence?region=eu-central-1',
    ],
  ] as const)(
    'the dump of before it is looked at (%s), by a hook or by name',
    async (how, args) => {
      const byName = await proof('tidemark-orders-post-deploy', hooked(how));
      expect(byName).toMatchObject({ args, job: { suspend: true } });
      const objects = await synthesised(compiledPlan({ sources: [compiledSource(hooked(how))] }));
      const hook = named(objects, 'Job', 'tidemark-orders-post-deploy');
      expect(hook.metadata?.annotations).toMatchObject({
        'argocd.argoproj.io/hook': 'PostSync',
        'helm.sh/hook': 'post-upgrade',
      });
      expect(hook.spec).toMatchObject({
        template: { spec: { containers: [{ args: byName.container?.args }] } },
      });
    },
  );

  test('nothing is looked at unless the plan wants it', async () => {
    const objects = await synthesised(compiledPlan({ sources: [withDumps(true)] }));
    expect(objects.filter(({ metadata }) => metadata?.name.includes('post-deploy'))).toEqual([]);
  });
});
