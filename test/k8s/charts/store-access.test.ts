import { sidecarPatches } from '../../../k8s/charts/sidecar-patches.ts';
import { type StoreUse, storeAccess } from '../../../k8s/charts/store-access.ts';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { aof, redis, snapshot } from '../../../lib/plan/language.ts';
import type { CompiledStore } from '../../../lib/plan/store.ts';
import { plan as example } from '../../lib/plan/example.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';
import { pods, synthesised } from '../synthesised.ts';

const MINIO = 's3://backups?endpoint=https%3A%2F%2Fminio.example.com%3A9000&region=eu';
const SECRETS = { writer: 'store-writer', restorer: 'store-reader', verifier: 'store-verifier' };
const GOOGLE = {
  writer: 'writer@my-project.iam.gserviceaccount.com',
  restorer: 'reader@my-project.iam.gserviceaccount.com',
  verifier: 'verifier@my-project.iam.gserviceaccount.com',
};
const outside = (store: CompiledStore) =>
  compiledPlan({ store, account: '', regions: { primary: '', replica: '' } });

const environmentOf = (spec: {
  readonly containers: readonly { readonly env?: readonly { readonly name: string }[] }[];
}) => new Map((spec.containers[0]?.env ?? []).map((variable) => [variable.name, variable]));

describe('a store that speaks S3', () => {
  const objects = synthesised(outside({ url: MINIO, secrets: SECRETS, ca: 'store-ca' }));

  test('every pod has the Secret of what it is for, and its values nowhere', async () => {
    const used = new Set<string>();
    for (const { owner, spec } of pods(await objects)) {
      const env = environmentOf(spec);
      expect(env.get('TIDEMARK_STORE')).toEqual({ name: 'TIDEMARK_STORE', value: MINIO });
      expect(env.has('AWS_REGION')).toBe(false);
      const use: StoreUse =
        /-restore|-latest/.test(owner) && !owner.includes('load')
          ? 'restorer'
          : /verif|drill|status/.test(owner)
            ? 'verifier'
            : 'writer';
      if (owner.includes('load')) continue;
      used.add(use);
      for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
        const secretKeyRef = { name: SECRETS[use], key };
        expect([owner, env.get(key)]).toEqual([owner, { name: key, valueFrom: { secretKeyRef } }]);
      }
    }
    expect(used).toContain('writer');
    expect(used).toContain('restorer');
  });

  test('trusts the authority that the plan names', async () => {
    for (const { spec } of pods(await objects)) {
      expect(environmentOf(spec).get('NODE_EXTRA_CA_CERTS')).toMatchObject({
        value: '/etc/tidemark-store/ca.crt',
      });
      expect(spec.volumes).toContainEqual({
        name: 'store-ca',
        configMap: { name: 'store-ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
      });
      expect(spec.containers[0]?.volumeMounts).toContainEqual({
        name: 'store-ca',
        mountPath: '/etc/tidemark-store',
        readOnly: true,
      });
    }
  });

  test('is let through at the port where it listens, and nothing of AWS is', async () => {
    const text = JSON.stringify(
      (await objects).filter(({ kind }: { kind?: unknown }) => kind === 'NetworkPolicy'),
    );
    expect(text).toContain('"port":9000');
    expect(text).not.toContain('169.254.170.23');
    expect(text).not.toContain('169.254.169.254');
  });
});

test('what lies beside the backups is let through, too, and the API server wherever the store listens', async () => {
  const ports = async (changes: Partial<CompiledPlan>) => {
    const objects = await synthesised({
      ...outside({
        url: MINIO,
        evidence: 's3://evidence?endpoint=https%3A%2F%2Fworm.example.com%3A9443&region=eu',
        secrets: SECRETS,
      }),
      ...changes,
    });
    return (kind: string, name: string) => {
      const policy = objects.find(
        (object) => object.kind === kind && object.metadata?.name === name,
      );
      return [...JSON.stringify(policy).matchAll(/"port":"?(\d+)/g)].map(([, port]) =>
        Number(port),
      );
    };
  };
  const usual = await ports({});
  expect(usual('NetworkPolicy', 'tidemark-common-egress')).toEqual([53, 53, 9000, 9443]);
  expect(usual('NetworkPolicy', 'tidemark-orders-database')).toEqual([5432, 443]);
  const { kubernetes } = compiledPlan();
  const byName = await ports({ kubernetes: { ...kubernetes, network: { s3: 'cilium' } } });
  expect(byName('CiliumNetworkPolicy', 'tidemark-store')).toEqual(
    expect.arrayContaining([9000, 9443]),
  );
});

describe('Google Cloud Storage', () => {
  test('pods are who their service accounts are', async () => {
    const objects = await synthesised(
      outside({ url: 'gs://backups', googleServiceAccounts: GOOGLE }),
    );
    for (const { spec } of pods(objects)) {
      const names = [...environmentOf(spec).keys()];
      expect(names.filter((name) => /^(AWS|GOOGLE)/.test(name))).toEqual([]);
    }
    const accounts = objects.filter(({ kind }: { kind?: unknown }) => kind === 'ServiceAccount');
    expect(JSON.stringify(accounts)).toContain(
      `"iam.gke.io/gcp-service-account":"${GOOGLE.writer}"`,
    );
    expect(JSON.stringify(accounts)).not.toContain('eks.amazonaws.com');
    const policies = JSON.stringify(
      objects.filter(({ kind }: { kind?: unknown }) => kind === 'NetworkPolicy'),
    );
    // The metadata server, with and without Dataplane V2.
    expect(policies).toContain('169.254.169.254/32');
    expect(policies).toContain('169.254.169.252/32');
  });

  test('a key is a file of the Secret', () => {
    const plan = outside({ url: 'gs://backups', secrets: SECRETS });
    expect(storeAccess(plan, 'restorer')).toEqual({
      env: [
        { name: 'TIDEMARK_STORE', value: 'gs://backups' },
        {
          name: 'GOOGLE_APPLICATION_CREDENTIALS',
          value: '/var/run/secrets/tidemark-store/key.json',
        },
      ],
      volumes: [
        {
          name: 'store-secret',
          secret: { secretName: 'store-reader', items: [{ key: 'key.json', path: 'key.json' }] },
          mountPath: '/var/run/secrets/tidemark-store',
          readOnly: true,
        },
      ],
    });
  });
});

test('archiving reads the keys from files when it runs: they are in no command and no settings', () => {
  const { settings, ...rest } = compiledSource();
  const archiving = { container: 'postgres' };
  const source = { ...rest, settings: { ...settings, archiving } };
  const server = { ...settings.server, service: 'postgres' };
  const plan = compiledPlan({
    store: { url: MINIO, secrets: SECRETS },
    sources: [{ ...source, settings: { ...source.settings, server } }],
  });
  const text = JSON.stringify(sidecarPatches(plan));
  expect(text).toContain(
    'AWS_SECRET_ACCESS_KEY=$(cat /var/run/secrets/tidemark-store/AWS_SECRET_ACCESS_KEY)',
  );
  expect(text).toContain('"secretName":"store-writer"');
  // What is one percent sign to the shell is two to PostgreSQL.
  expect(text).toContain('endpoint=https%%3A%%2F%%2Fminio.example.com%%3A9000');
  expect(text).toContain('"name":"tidemark-store-secret","secret"');
});

test('nothing that the backups need keeps a server from starting', () => {
  const { compiled } = compile(
    example({
      environments: {
        production: {
          store: { url: MINIO, credentials: SECRETS, ca: { configMap: 'store-ca' } },
        },
      },
      sources: {
        cache: redis({
          server: { service: 'redis', credentials: 'cache', version: '7' },
          appendonly: { volume: 'data' },
          protect: [snapshot({ every: '1h', keep: '7d' }), aof({ flush: '1s', keep: '7d' })],
        }),
      },
    }),
    'production',
  );
  if (!compiled) throw new Error('the plan is refused');
  const text = JSON.stringify(sidecarPatches(compiled));
  expect(text).toMatch(/"key":"AWS_ACCESS_KEY_ID","name":"store-writer","optional":true/);
  expect(text).toMatch(/"name":"store-ca","optional":true/);
});

test('in AWS nothing changes', async () => {
  const plan = compiledPlan();
  expect(storeAccess(plan, 'writer')).toEqual({
    env: [
      {
        name: 'TIDEMARK_STORE',
        value: `s3://${plan.buckets.primary}?region=${plan.regions.primary}`,
      },
      { name: 'AWS_REGION', value: plan.regions.primary },
      { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' },
    ],
    volumes: [],
  });
});
