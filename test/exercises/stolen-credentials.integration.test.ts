import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type RoleUse, roleName } from '../../lib/access/role-names.ts';
import { compile } from '../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { full, postgresql, wal } from '../../lib/plan/language.ts';
import { lockDays } from '../../lib/plan/promised-days.ts';
import { plan, source } from '../lib/plan/example.ts';
import { templates } from '../lib/stacks/environment.ts';
import { roleStatements } from '../lib/stacks/policy.ts';
import { cli, startCli } from '../support/cli.ts';
import { until } from '../support/condition.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { roleSession } from '../support/role-session.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

/**
 * Every program works with exactly the rights that the stacks give it, as a real S3 server enforces them; then somebody has
 * stolen these rights. That server knows neither conditions on conditional writes nor keys of KMS: who may overwrite
 * is evaluated from the policies in test/lib/access.
 */

jest.setTimeout(180_000);

const ROWS = 5000;
let folder: TempFolder;
let server: PostgresServer;
let s3: S3Server;
let compiled: CompiledPlan;
let bucket: string;
const sessions = new Map<RoleUse, Record<string, string>>();

beforeAll(async () => {
  folder = await tempFolder('exercise');
  // The restored directory belongs to the server's account, which has to reach it.
  await chmod(folder.path, 0o711);
  [server, s3] = await Promise.all([startPostgres({ version: 15 }), startS3()]);
  compiled = compiledPlan();
  bucket = compiled.buckets.primary;
  await writeFile(join(folder.path, 'plan.json'), JSON.stringify(compiled));
  await s3.createBucket(bucket, { objectLock: true });
  await s3.client.send(
    new PutObjectLockConfigurationCommand({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: lockDays(compiled) } },
      },
    }),
  );
  const { primary } = templates(compiled);
  for (const use of ['writer', 'restorer', 'verifier'] as const) {
    const name = roleName(compiled, compiled.regions.primary, use, 'db');
    sessions.set(use, await roleSession(s3, roleStatements(primary, name)));
  }
  await server.sql(
    `CREATE TABLE orders AS SELECT n AS id, md5(n::text) AS note FROM generate_series(1, ${ROWS}) n`,
  );
});

afterAll(async () => {
  await server?.dispose();
  await s3?.stop();
  await folder?.remove();
});

function compiledPlan(): CompiledPlan {
  const { uid, gid } = server;
  const database = postgresql({
    server: {
      ...{ service: 'postgres.shop', database: 'postgres', credentials: 'shop-db', version: '15' },
      ...{ tls: 'disable', uid, gid },
    },
    protect: [wal({ flush: '1s', keep: '7d' }), full({ at: '02:00', keep: '30d' })],
    verify: { checksums: 'weekly', restore: 'weekly' },
    restore: { volumeClaim: 'restored' },
  });
  const { compiled: made, findings } = compile(
    plan({
      environments: { production: { account: '111111111111', lock: 'compliance' } },
      sources: { db: database, other: source() },
    }),
    'production',
  );
  if (!made) throw new Error(`the plan is wrong: ${JSON.stringify(findings)}`);
  // The server takes 2,048 characters of a role's policy, in which names of buckets come again and again.
  const evidence = { primary: 'proof', replica: 'proof-copy' };
  return { ...made, buckets: { ...made.buckets, primary: 'shop', replica: 'copy', evidence } };
}

/** `tidemark` in the pod that has this role. */
const argv = (command: string, ...args: string[]) => [
  ...[command, '--config', 'plan.json', '--source', 'db'],
  ...args,
];
const options = (use: RoleUse) => ({
  cwd: folder.path,
  env: {
    ...sessions.get(use),
    PGUSER: server.address.user,
    PGPASSWORD: server.address.password,
    PGHOST: server.address.host,
    PGPORT: String(server.address.port),
    TIDEMARK_STORE: s3.url(bucket),
  },
});
const as = (use: RoleUse, command: string, ...args: string[]) =>
  cli(argv(command, ...args), options(use));

async function versions(): Promise<ObjectVersion[]> {
  const { Versions = [], IsTruncated } = await s3.client.send(
    new ListObjectVersionsCommand({ Bucket: bucket }),
  );
  if (IsTruncated) throw new Error('more versions than one answer holds');
  return Versions;
}

describe('with the rights of its role alone', () => {
  test('the writer streams WAL and takes a base backup', async () => {
    const { child, result, stderr } = startCli(argv('wal'), options('writer'));
    try {
      await until('the streamer stores WAL', () => stderr().includes('WAL is safe up to'));
      const taken = await as('writer', 'backup', '--checkpoint', 'fast');
      expect(taken.stderr).not.toMatch(/denied/i);
      expect(taken.code).toBe(0);
      await server.sql(`INSERT INTO orders VALUES (${ROWS + 1}, 'after the backup')`);
      const safe = stderr().split('WAL is safe').length;
      await until('it is safe', () => stderr().split('WAL is safe').length > safe + 1);
    } finally {
      child.kill('SIGTERM');
    }
    expect((await result).code).toBe(130);
  });

  test('the verifier reads every byte, and leaves a record', async () => {
    const verified = await as('verifier', 'verify', '--all');
    expect(verified.stderr).not.toMatch(/denied/i);
    expect(verified.stdout).toMatch(/sound/);
    expect(verified.code).toBe(0);
    const status = await as('verifier', 'status', '--json');
    expect(status.stderr).toBe('');
    expect(JSON.parse(status.stdout)[0]).toMatchObject({ verification: { overdue: false } });
  });

  test('the verifier drills', async () => {
    const passed = await as('verifier', 'drill', '--scratch', folder.path);
    expect(passed.stderr).not.toMatch(/denied/i);
    expect(passed.stdout).toMatch(/^drill of db passed/);
    expect(passed.code).toBe(0);
  });
});

/** What the server answers to a request of somebody who has these credentials. */
const attempt = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'done',
    (error: Error) => error.name,
  );

function thief(use: RoleUse): S3Client {
  const stolen = sessions.get(use);
  return new S3Client({
    ...{ endpoint: s3.endpoint, region: s3.region, forcePathStyle: true },
    credentials: {
      accessKeyId: stolen?.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: stolen?.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: stolen?.AWS_SESSION_TOKEN ?? '',
    },
  });
}

const DENIED = 'AccessDenied';
/** Of a version that is locked, which the server looks at before it asks who wants it. */
const LOCKED = 'InvalidRequest';
const TOMORROW = new Date(Date.now() + 86_400_000);

/** Whatever makes one stored version go away, now or soon. */
function destructions(client: S3Client, { Key, VersionId }: ObjectVersion): Promise<string>[] {
  const version = { Bucket: bucket, Key, VersionId };
  const bypassing = { ...version, BypassGovernanceRetention: true };
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: TOMORROW } as const;
  return [
    client.send(new DeleteObjectCommand(version)),
    client.send(new DeleteObjectCommand(bypassing)),
    client.send(new PutObjectRetentionCommand({ ...bypassing, Retention })),
  ].map(attempt);
}

const hide = (client: S3Client, { Key }: ObjectVersion): Promise<string> =>
  attempt(client.send(new DeleteObjectCommand({ Bucket: bucket, Key })));

/** Whatever makes the whole bucket forget. */
function reconfigurations(client: S3Client): Promise<string>[] {
  const Bucket = bucket;
  const VersioningConfiguration = { Status: 'Suspended' } as const;
  const rule = { Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } as const;
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' } as const;
  const Policy = '{"Version":"2012-10-17","Statement":[]}';
  return [
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
    client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: [rule] },
      }),
    ),
    client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration })),
    client.send(new PutBucketPolicyCommand({ Bucket, Policy })),
    client.send(new DeleteBucketCommand({ Bucket })),
  ].map(attempt);
}

describe.each(['writer', 'restorer', 'verifier'] as const)('a thief of the %s', (use) => {
  let client: S3Client;
  let stored: ObjectVersion[];
  beforeAll(async () => {
    client = thief(use);
    stored = await versions();
    expect(stored.length).toBeGreaterThan(5);
  });
  afterAll(() => client.destroy());

  /** Nothing was removed, and nothing was hidden. */
  afterEach(async () => {
    const found = await versions();
    expect(found).toEqual(expect.arrayContaining(stored));
    expect(found.every(({ IsLatest }) => IsLatest)).toBe(true);
  });

  test('destroys and hides nothing', async () => {
    for (const version of stored) {
      for (const answer of await Promise.all(destructions(client, version))) {
        expect([DENIED, LOCKED]).toContain(answer);
      }
      expect(await hide(client, version)).toBe(DENIED);
    }
  });

  test('configures nothing', async () => {
    expect(new Set(await Promise.all(reconfigurations(client)))).toEqual(new Set([DENIED]));
  });

  test('reads and writes nothing of another source', async () => {
    const Key = 'data/30d/other/20261121T020000Z-full-9f86d081/base.tar';
    const Bucket = bucket;
    const put = client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    expect(await attempt(put)).toBe(DENIED);
    expect(await attempt(client.send(new GetObjectCommand({ Bucket, Key })))).toBe(DENIED);
  });
});

test('a thief of the writer reads no base backup, and releases no hold', async () => {
  const client = thief('writer');
  for (const { Key } of await versions()) {
    const Bucket = bucket;
    const release = new PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status: 'OFF' } });
    expect(await attempt(client.send(release))).toBe(DENIED);
    if (!Key?.startsWith('data/')) continue;
    expect(await attempt(client.send(new GetObjectCommand({ Bucket, Key })))).toBe(DENIED);
  }
  client.destroy();
});

describe('an administrator of a locked account', () => {
  test('destroys nothing, and everything that was hidden comes back', async () => {
    for (const version of await versions()) {
      const answers = await Promise.all(destructions(s3.client, version));
      expect(answers).not.toContain('done');
      expect(await hide(s3.client, version)).toBe('done');
    }
    expect((await versions()).some(({ IsLatest }) => IsLatest)).toBe(false);

    const target = join(folder.path, 'restored');
    const restored = await as('restorer', 'restore', '--target', target);
    expect(restored.stderr).not.toMatch(/denied/i);
    expect(restored.code).toBe(0);
    const { password } = server.address;
    const again = await startPostgres({ version: 15, existing: { dataDir: target, password } });
    try {
      const [row] = await again.sql('SELECT count(*)::int AS rows, max(id) AS last FROM orders');
      expect(row).toEqual({ rows: ROWS + 1, last: ROWS + 1 });
    } finally {
      await again.dispose();
    }
  });
});
