import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  GetBucketLifecycleConfigurationCommand,
  GetObjectLockConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { cli } from '../support/cli.ts';
import { MC } from '../support/minio-client.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let server: S3Server;

const PLAN = `const s3 = (bucket) => \`s3://\${bucket}/team?endpoint=https://minio.example.com\`;
export default {
  name: 'shop', objectives: { rpo: '36h', rto: '1h' }, monitoring: { namespace: 'monitoring' },
  kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/acme/agent' },
  environments: {
    minio: { retention: { database: '30d' }, lock: 'governance', store: {
      url: s3('backups'), replica: s3('copies'), evidence: s3('evidence'), credentials: { secret: 'store' } } },
    google: { retention: { database: '30d' }, store: { url: 'gs://backups', replica: 'gs://copies' },
      sources: { database: { protect: [
        { kind: 'full', at: '03:00', keep: { daily: '30d', monthly: '400d', yearly: '7y' }, cold: ['monthly'], archive: ['yearly'] } ] } } },
  },
  sources: { database: { engine: 'postgresql',
    server: { service: 'postgres.shop', database: 'shop', credentials: 'shop', version: '18' },
    restore: { volumeClaim: 'restored' },
    protect: [{ kind: 'full', at: '03:00', keep: { daily: '30d', weekly: '12w' } }] } },
};`;

beforeAll(async () => {
  folder = await tempFolder('bucket-rules');
  await writeFile(join(folder.path, 'shop.ts'), PLAN);
  server = await startS3();
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

const run = (env: string, ...args: string[]) =>
  cli(['bucket-rules', '--plan', './shop.ts', '--env', env, ...args], { cwd: folder.path });
async function printed(env: string, ...args: string[]) {
  const { code, stdout, stderr } = await run(env, ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('a server that speaks S3 takes what is printed, and gives it back', async () => {
  const Bucket = `backups-${randomUUID()}`;
  await server.createBucket(Bucket, { objectLock: true });
  const { versioning, lock, lifecycle } = await printed('minio');
  const { client } = server;
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: versioning }),
  );
  await client.send(
    new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: lock }),
  );
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle }),
  );
  const { ObjectLockConfiguration } = await client.send(
    new GetObjectLockConfigurationCommand({ Bucket }),
  );
  expect(ObjectLockConfiguration).toEqual({
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
  });
  const { Rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  const days = Object.fromEntries(
    Rules.map(({ Filter, Expiration, NoncurrentVersionExpiration }) => [
      Filter?.Prefix,
      [Expiration?.Days, NoncurrentVersionExpiration?.NoncurrentDays],
    ]),
  );
  expect(days).toMatchObject({
    'team/catalog/30d/': [30, 1],
    'team/data/30d/': [31, 1],
    'team/catalog/84d/': [84, 1],
    'team/runs/': [90, 1],
  });
  expect(Rules).toHaveLength(lifecycle.Rules.length);
});

test("MinIO's own program takes the lifecycle as the page says", async () => {
  const { host } = new URL(server.endpoint);
  const { accessKeyId, secretAccessKey } = server;
  const mc = async (args: readonly string[], input = ''): Promise<string> => {
    const running = promisify(execFile)(MC, ['--config-dir', join(folder.path, 'mc'), ...args], {
      env: {
        HOME: folder.path,
        MC_HOST_store: `http://${accessKeyId}:${secretAccessKey}@${host}`,
      },
    });
    running.child.stdin?.end(input);
    return (await running).stdout;
  };
  const place = `store/rules-${randomUUID()}`;
  await mc(['mb', '--with-lock', place]);
  const { lifecycle, lock } = await printed('minio');
  await mc(['ilm', 'import', place], JSON.stringify(lifecycle));
  const { Mode, Days } = lock.Rule.DefaultRetention;
  await mc(['retention', 'set', '--default', Mode, `${Days}d`, place]);
  const { Rules } = JSON.parse(await mc(['ilm', 'export', place]));
  const ids = (rules: readonly { ID: string }[]) => rules.map(({ ID }) => ID).sort();
  expect(ids(Rules)).toEqual(ids(lifecycle.Rules));
  expect(await mc(['retention', 'info', '--default', place])).toContain(Mode);
});

test('evidence is locked for as long as it is kept', async () => {
  const Bucket = `evidence-${randomUUID()}`;
  await server.createBucket(Bucket, { objectLock: true });
  const { bucket, lock, lifecycle } = await printed('minio', '--bucket', 'evidence');
  expect(bucket).toBe('s3://evidence');
  await server.client.send(
    new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: lock }),
  );
  await server.client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle }),
  );
  expect(lock.Rule.DefaultRetention).toEqual({ Mode: 'GOVERNANCE', Days: 366 });
  expect(lifecycle.Rules[0]).toMatchObject({
    Filter: { Prefix: 'team/runs/' },
    Expiration: { Days: 366 },
  });
});

test('for Google the same, in its words and with its storage classes', async () => {
  const { lifecycle } = await printed('google', '--setting', 'lifecycle');
  const { rule } = lifecycle;
  expect(rule).toContainEqual({
    action: { type: 'Delete' },
    condition: { age: 30, isLive: true, matchesPrefix: ['catalog/30d/', 'wal/30d/'] },
  });
  expect(rule).toContainEqual({
    action: { type: 'Delete' },
    condition: {
      daysSinceNoncurrentTime: 1,
      matchesPrefix: expect.arrayContaining(['catalog/30d/', 'data/30d/', 'runs/']),
    },
  });
  expect(rule).toContainEqual({
    action: { type: 'SetStorageClass', storageClass: 'COLDLINE' },
    condition: { age: 30, matchesPrefix: ['data/400d-cold/'] },
  });
  expect(rule).toContainEqual({
    action: { type: 'SetStorageClass', storageClass: 'ARCHIVE' },
    condition: { age: 30, matchesPrefix: ['data/2557d-archive/'] },
  });
});

test('one setting alone is what the tools read', async () => {
  const all = await printed('minio');
  expect(await printed('minio', '--setting', 'lifecycle')).toEqual(all.lifecycle);
  expect(await printed('minio', '--setting', 'versioning')).toEqual({ Status: 'Enabled' });
});

test.each([
  ['adopt', ['--out', 'dist'], /no stack has left anything/],
  ['audit', ['--live'], /--live looks at AWS/],
])('%s has nothing to do outside of AWS, and says so', async (command, options, reason) => {
  const args = ['--plan', './shop.ts', '--env', 'minio'];
  const wrote = await cli(['synth', ...args], { cwd: folder.path });
  expect(wrote.code).toBe(0);
  const { code, stderr } = await cli([command, ...args, ...options], { cwd: folder.path });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(reason) });
});

test('an environment without a bucket for evidence says how to name one', async () => {
  const { code, stderr } = await run('google', '--bucket', 'evidence');
  expect(code).toBe(2);
  expect(stderr).toMatch(/google has no bucket for evidence; name one in its store/);
});
