import { compile } from '../../../lib/plan/compile.ts';
import { full } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { evidenceUrlOf, storeUrlOf, usesAws } from '../../../lib/plan/store-url.ts';
import { codesOf, findingsOf, plan, source } from './example.ts';

const MINIO = 's3://backups?endpoint=https%3A%2F%2Fminio.example.com&region=eu';
const ON_MINIO = {
  url: MINIO,
  replica: 's3://copies?endpoint=https%3A%2F%2Fminio.elsewhere.example.com&region=eu',
  credentials: { secret: 'tidemark-store' },
};

/** A plan whose one environment is outside of AWS. */
function outside(store: unknown, changes: Record<string, unknown> = {}): PlanInput {
  const { regions: _regions, ...rest } = plan();
  return {
    ...rest,
    monitoring: { namespace: 'monitoring' },
    environments: { production: { store } },
    ...changes,
  } as unknown as PlanInput;
}

const errorsOf = (of: PlanInput) => findingsOf(of).filter(({ severity }) => severity === 'error');

test('neither an account nor regions are needed, and the store is where everything goes', () => {
  const { compiled } = compile(outside(ON_MINIO), 'production');
  if (!compiled) throw new Error('the plan has an error');
  expect(compiled.store).toEqual({
    url: MINIO,
    replica: ON_MINIO.replica,
    secrets: {
      writer: 'tidemark-store',
      restorer: 'tidemark-store',
      verifier: 'tidemark-store',
    },
  });
  expect(usesAws(compiled)).toBe(false);
  expect(storeUrlOf(compiled)).toBe(MINIO);
  expect(evidenceUrlOf(compiled)).toBeUndefined();
});

test('in AWS nothing of it is compiled, and the buckets follow from the plan', () => {
  const { compiled } = compile(plan(), 'production');
  if (!compiled) throw new Error('the plan has an error');
  expect(compiled).not.toHaveProperty('store');
  expect(usesAws(compiled)).toBe(true);
  expect(storeUrlOf(compiled)).toBe(
    `s3://${compiled.buckets.primary}?region=${compiled.regions.primary}`,
  );
  expect(evidenceUrlOf(compiled)).toBe(
    `s3://${compiled.buckets.evidence.primary}?region=${compiled.regions.primary}`,
  );
});

test('each use may have a Secret of its own; Google may be asked as its own accounts', () => {
  const credentials = {
    writer: 'store-writer',
    restorer: 'store-reader',
    verifier: 'store-reader',
  };
  const google = 'tidemark@my-project.iam.gserviceaccount.com';
  const accounts = { writer: google, restorer: google, verifier: google };
  const s3 = compile(
    outside({ ...ON_MINIO, credentials, ca: { configMap: 'store-ca' } }),
    'production',
  );
  expect(s3.compiled?.store).toMatchObject({ secrets: credentials, ca: 'store-ca' });
  const gs = { url: 'gs://backups', replica: 'gs://copies', googleServiceAccounts: accounts };
  expect(compile(outside(gs), 'production').compiled?.store).toEqual(gs);
});

test.each([
  [{ url: 'file:///backups' }, 'store.url', 'is not the URL of a bucket'],
  [{ url: 's3://' }, 'store.url', 'is not the URL of a bucket'],
  [{ url: 's3://key:secret@bucket' }, 'store.url', 'put it into a Kubernetes Secret'],
  [{ url: 's3://bucket?endpoint=minio:9000' }, 'store.url', 'is not the URL of a bucket'],
  [{ url: 's3://Backups' }, 'store.url', '"Backups" is not the name of a bucket'],
  [{ url: 's3://bucket?regoin=eu' }, 'store.url', 'unknown parameter "regoin"'],
  [{ url: 'gs://bucket?region=eu' }, 'store.url', 'unknown parameter "region"'],
  [{ url: 's3://bucket' }, 'store.url', 'neither where the storage listens nor in which region'],
  [{ replica: 's3://bucket?region=E U' }, 'store.replica', '"E U" is not a region'],
  [{ credentials: { secret: 'A B' } }, 'store.credentials', 'is not a name; write'],
  [{ credentials: 'x' }, 'store.credentials', 'one for each use'],
  [
    { googleServiceAccounts: { writer: 'me', restorer: 'me', verifier: 'me' } },
    'store.google',
    '"me" is not a service account of Google',
  ],
])('%j is refused, and the finding says what to write', (part, path, words) => {
  const [error] = errorsOf(outside({ ...ON_MINIO, ...part }));
  expect(error?.path).toContain(path);
  expect(`${error?.message}; ${error?.remedy}`).toContain(words);
});

test('a URL with credentials is not repeated', () => {
  const said = JSON.stringify(findingsOf(outside({ url: 's3://key:hunter2@bucket' })));
  expect(said).not.toContain('hunter2');
});

describe('TM675', () => {
  test('an environment in AWS names its account and its regions', () => {
    const { regions: _regions, ...rest } = plan();
    const nothing = { ...rest, environments: { production: {} } } as unknown as PlanInput;
    expect(errorsOf(nothing).map(({ code, path }) => [code, path])).toEqual([
      ['TM675', 'environments.production.account'],
      ['TM675', 'regions'],
    ]);
  });

  test('regions of its own are enough', () => {
    const { regions, ...rest } = plan();
    const own = { account: '111111111111', regions };
    const of = { ...rest, environments: { production: own } } as unknown as PlanInput;
    expect(codesOf(of)).not.toContain('TM675');
  });
});

test('TM676: what is about AWS is refused', () => {
  const of = outside(ON_MINIO, {
    environments: {
      production: {
        store: ON_MINIO,
        replicaAccount: '222222222222',
        access: { breakGlass: { principals: ['user/anna'] } },
      },
    },
  });
  expect(errorsOf(of).map(({ code, path }) => [code, path])).toEqual([
    ['TM676', 'environments.production.replicaAccount'],
    ['TM676', 'environments.production.access'],
  ]);
});

test('TM677: a store that speaks S3 needs credentials, and Google none', () => {
  const { credentials: _credentials, ...bare } = ON_MINIO;
  expect(errorsOf(outside(bare)).map(({ code }) => code)).toEqual(['TM677']);
  expect(errorsOf(outside({ url: 'gs://backups', replica: 'gs://copies' }))).toEqual([]);
});

test('TM678: keys of the other kind are refused', () => {
  const google = 'tidemark@my-project.iam.gserviceaccount.com';
  const googleServiceAccounts = { writer: google, restorer: google, verifier: google };
  const s3 = errorsOf(outside({ ...ON_MINIO, googleServiceAccounts }));
  expect(s3.map(({ code }) => code)).toEqual(['TM678']);
  const gs = errorsOf(
    outside({ url: 'gs://a-bucket', replica: 's3://copies?region=eu', ca: { configMap: 'ca' } }),
  );
  expect(gs.map(({ path }) => path.split('.').at(-1))).toEqual(['ca', 'replica']);
});

describe('TM679', () => {
  const { replica: _replica, ...alone } = ON_MINIO;

  test('one copy is a warning', () => {
    expect(findingsOf(outside(alone))).toContainEqual(
      expect.objectContaining({ code: 'TM679', severity: 'warning' }),
    );
    expect(codesOf(outside(ON_MINIO))).not.toContain('TM679');
  });

  test('a standby cluster without a store is an error', () => {
    const { kubernetes } = plan();
    const standby = outside(alone, { kubernetes: { ...kubernetes, standby: true } });
    expect(errorsOf(standby).map(({ code }) => code)).toEqual(['TM679']);
  });
});

test('TM680: what goes in the clear is told', () => {
  const clear = 's3://backups?endpoint=http%3A%2F%2Fminio.storage.svc%3A9000';
  expect(findingsOf(outside({ ...ON_MINIO, url: clear }))).toContainEqual(
    expect.objectContaining({ code: 'TM680', severity: 'warning' }),
  );
  expect(codesOf(outside(ON_MINIO))).not.toContain('TM680');
});

test('TM681: storage classes of Amazon are refused elsewhere, and Google has its own', () => {
  const sources = {
    database: source({
      protect: [full({ at: '02:30', keep: { daily: '30d', monthly: '1y' }, archive: ['monthly'] })],
    }),
  };
  expect(errorsOf(outside(ON_MINIO, { sources })).map(({ code }) => code)).toContain('TM681');
  const google = outside({ url: 'gs://backups', replica: 'gs://copies' }, { sources });
  expect(codesOf(google)).not.toContain('TM681');
  // Thawing is Amazon's.
  expect(codesOf(google)).not.toContain('TM843');
});

test('TM682: without monitoring nobody is told of anything', () => {
  const silent = outside(ON_MINIO, { monitoring: undefined });
  expect(codesOf(silent)).toContain('TM682');
  expect(codesOf(outside(ON_MINIO))).not.toContain('TM682');
  // Its addresses are those of AWS.
  expect(codesOf(silent)).not.toContain('TM503');
});

test('TM683: who sets up the bucket is told', () => {
  const [told] = findingsOf(outside(ON_MINIO)).filter(({ code }) => code === 'TM683');
  expect(told?.severity).toBe('info');
  expect(told?.remedy).toContain('tidemark bucket-rules --plan');
});
