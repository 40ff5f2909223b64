import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { claimStore, readRuns } from '../../lib/catalog/reader.ts';
import { compile } from '../../lib/plan/compile.ts';
import { evidenceDays } from '../../lib/storage/evidence-days.ts';
import { openStore } from '../../lib/stores/open.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { plan } from '../lib/plan/example.ts';
import { cli } from '../support/cli.ts';
import { flipByte } from '../support/flip-byte.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { writeBackup } from '../support/sample-backup.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const EVIDENCE = 'shop-evidence';
const DAY_MS = 86_400_000;

const { compiled } = compile(plan(), 'production');
if (!compiled) throw new Error('the plan is wrong');
const days = evidenceDays(compiled);

let folder: TempFolder;
let s3: S3Server;
let backups: string;
let evidence: ObjectStore;

const verify = (url = s3.url(EVIDENCE)) =>
  cli(['verify', '--config', './plan.json', '--json', '--store', backups, '--evidence', url], {
    cwd: folder.path,
    env: s3.env,
  });

const recorded = async (of: ObjectStore) => {
  const to = new Date();
  return readRuns(of, 'database', { from: new Date(to.getTime() - DAY_MS), to, action: 'verify' });
};

async function withBackups<T>(use: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = await openStore(backups);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  [folder, s3] = await Promise.all([tempFolder('evidence'), startS3()]);
  await writeFile(join(folder.path, 'plan.json'), JSON.stringify(compiled));
  backups = `file://${join(folder.path, 'store')}`;
  await withBackups(async (store) => {
    await claimStore(store, 'shop', 'production');
    await writeBackup(store, '2026-11-20T03:00:00.000Z');
  });
  // As the stacks make it.
  await s3.createBucket(EVIDENCE, { objectLock: true });
  await s3.client.send(
    new PutObjectLockConfigurationCommand({
      Bucket: EVIDENCE,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: days } },
      },
    }),
  );
  evidence = await openStore(s3.url(EVIDENCE), { credentials: s3 });
});

afterAll(async () => {
  await evidence?.close();
  await s3?.stop();
  await folder?.remove();
});

test('a verification leaves the same record with the backups and in the evidence', async () => {
  const verified = await verify();
  expect(verified).toMatchObject({ code: 0 });
  const record = JSON.parse(verified.stdout);
  expect(await recorded(evidence)).toEqual([record]);
  expect(await withBackups(recorded)).toEqual([record]);
});

test('evidence cannot be removed before its time', async () => {
  const { Versions = [] } = await s3.client.send(
    new ListObjectVersionsCommand({ Bucket: EVIDENCE, Prefix: 'runs/' }),
  );
  const [version] = Versions;
  const object = { Bucket: EVIDENCE, Key: version?.Key, VersionId: version?.VersionId };
  const { Retention } = await s3.client.send(new GetObjectRetentionCommand(object));
  const locked = (Retention?.RetainUntilDate?.getTime() ?? 0) - Date.now();
  expect(locked / DAY_MS).toBeGreaterThan(days - 0.1);
  await expect(s3.client.send(new DeleteObjectCommand(object))).rejects.toThrow(/WORM|[Ll]ock/);
  expect(await recorded(evidence)).toHaveLength(1);
});

test('what is found damaged is evidence as well', async () => {
  await flipByte(
    join(folder.path, 'store/data/30d/database/20261120T030000Z-full-00000000/base.tar.zst'),
  );
  expect(await verify()).toMatchObject({ code: 3 });
  expect((await recorded(evidence)).map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed']);
});

test.each([
  [
    'of another environment',
    async () => {
      await s3.createBucket('staging-evidence', { objectLock: true });
      const other = await openStore(s3.url('staging-evidence'), { credentials: s3 });
      await claimStore(other, 'shop', 'staging');
      await other.close();
      return s3.url('staging-evidence');
    },
    /belongs to plan shop, environment staging/,
  ],
  ['that is not there', async () => s3.url('no-such-bucket'), /no-such-bucket/],
])('a store %s is refused before anything is read', async (_, make, says) => {
  const before = await withBackups(recorded);
  const refused = await verify(await make());
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(says);
  expect(refused.stderr).not.toContain('UnknownError');
  expect(await withBackups(recorded)).toEqual(before);
});
