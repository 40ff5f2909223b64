import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateJobCommand, type CreateJobCommandInput } from '@aws-sdk/client-s3-control';
import { measurements } from '../../../lambda/verify-checksum/measurements.ts';
import type { Step } from '../../../lambda/verify-checksum/verify-checksum.ts';
import { METRIC } from '../../../lib/alerting/metrics.ts';
import { dataObjects } from '../../../lib/catalog/backup-objects.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { compiledPlan } from '../../lib/stacks/environment.ts';
import { type MotoServer, startMoto } from '../../support/moto.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { commitBackup } from '../backups.ts';
import { created, scheduled, Verifications } from '../verification.ts';

const compiled = compiledPlan();
const BUCKET = compiled.buckets.primary;
const NAME = 'archived';

/** Has an archive, which MinIO has not. */
let moto: MotoServer;
let client: S3Client;
let server: S3Server;
let store: ObjectStore;
let verifications: Verifications;
let archived: Manifest;
let large: Manifest;
let fresh: Manifest;
/** What S3 Batch Operations were asked: nothing but AWS has them. */
let jobs: CreateJobCommandInput[];

async function verify(event: unknown, send?: () => never): Promise<NonNullable<Step['ended']>> {
  const ended = await verifications.run(event, {
    compiled,
    store,
    archive: {
      workBucket: `${NAME}-work`,
      client: {
        send:
          send ??
          (async (command: unknown) => {
            if (command instanceof CreateJobCommand) jobs.push(command.input);
          }),
      } as never,
    },
  });
  if (!ended) throw new Error('nothing was verified');
  return ended;
}

/** Moves a backup's data where lifecycle would move it. */
async function freeze(manifest: Manifest): Promise<void> {
  for (const Key of dataObjects(manifest)) {
    await client.send(
      new CopyObjectCommand({
        Bucket: BUCKET,
        Key,
        CopySource: `${BUCKET}/${Key}`,
        StorageClass: 'DEEP_ARCHIVE',
      }),
    );
  }
}

beforeAll(async () => {
  [moto, server] = await Promise.all([startMoto(), startS3()]);
  client = moto.s3();
  await moto.createBucket(BUCKET);
  store = await openStore(`${moto.url(BUCKET)}&partSize=5MiB`, moto);
  verifications = await Verifications.open(server, NAME);
  const one = { source: 'orders', class: '366d-archive' };
  archived = await commitBackup(store, { ...one, at: new Date('2026-09-01T03:00:00Z') });
  large = await commitBackup(store, {
    ...one,
    at: new Date('2026-10-01T03:00:00Z'),
    size: 12_000_000,
  });
  fresh = await commitBackup(store, { source: 'orders', at: new Date('2026-11-21T03:00:00Z') });
  await freeze(archived);
  await freeze(large);
});

beforeEach(() => {
  jobs = [];
});

afterAll(async () => {
  client?.destroy();
  await verifications?.close();
  await store?.close();
  await Promise.all([moto?.stop(), server?.stop()]);
});

/** The report that S3 writes about a job, in the form that its guide shows. */
async function report(
  altered?: string,
  odd?: string,
  about: readonly Manifest[] = [archived, large],
): Promise<string> {
  const [job] = jobs;
  const prefix = `${job?.Report?.Prefix}/job-1`;
  const list = job?.Manifest?.Location?.ObjectArn?.replace(`arn:aws:s3:::${NAME}-work/`, '') ?? '';
  const lines = (await buffer(await verifications.work.get(list))).toString().trim().split('\n');
  const digests = new Map(
    about.flatMap((manifest) => {
      const [base] = dataObjects(manifest);
      const folder = base?.slice(0, base.indexOf(manifest.id) + manifest.id.length + 1);
      return manifest.files.flatMap(({ objects }) =>
        objects.map(({ name, sha256 }) => [`${folder}${name}`, sha256] as const),
      );
    }),
  );
  const rows = lines.map((line) => {
    const [bucket = '', key = ''] = line.split(',');
    const sha256 = key === altered ? 'f'.repeat(64) : (digests.get(key) ?? '');
    const message = {
      checksum_base64: Buffer.from(sha256, 'hex').toString('base64'),
      etag: 'any',
      checksumAlgorithm: 'SHA256',
      checksumType: 'FULL_OBJECT',
      checksum_hex: sha256.toUpperCase(),
    };
    if (key === odd) return `${bucket},${key},,succeeded,,200,computed\n`;
    return `${bucket},${key},,succeeded,,200,"${JSON.stringify(message).replaceAll('"', '""')}"\n`;
  });
  const put = (key: string, text: string) =>
    verifications.work.put(key, Readable.from([Buffer.from(text)]));
  await put(`${prefix}/results/1.csv`, rows.join(''));
  await put(
    `${prefix}/manifest.json`,
    JSON.stringify({
      Format: 'Report_CSV_20180820',
      ReportCreationDate: '2026-11-22T17:48:39.725Z',
      Results: [
        {
          TaskExecutionStatus: 'succeeded',
          Bucket: `${NAME}-work`,
          MD5Checksum: 'any',
          Key: `${prefix}/results/1.csv`,
        },
      ],
      ReportSchema: 'Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage',
    }),
  );
  return `${prefix}/manifest.json`;
}

test('what is archived is skipped, never passed, and handed to S3, which computes its digests', async () => {
  const { record, whole, hold } = await verify(scheduled('orders', 'weekly-1'));
  expect(record).toMatchObject({
    outcome: 'succeeded',
    error: null,
    backups: [{ id: fresh.id, problems: [] }],
  });
  expect(record.skipped?.map(({ id, reason }) => [id, reason]).sort()).toEqual([
    [archived.id, 'archived'],
    [large.id, 'archived'],
  ]);
  expect(hold?.held ?? []).not.toContain(archived.id);
  // It says nothing about what was not read.
  const [measured] = measurements(compiled, record, whole);
  expect(measured?.values[METRIC.verificationProblems]).toBeNull();

  expect(jobs).toHaveLength(1);
  const [job] = jobs;
  expect(job).toMatchObject({
    AccountId: compiled.account,
    ConfirmationRequired: false,
    Operation: {
      S3ComputeObjectChecksum: { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' },
    },
    Manifest: { Spec: { Fields: ['Bucket', 'Key'] } },
    Report: { Enabled: true, Bucket: `arn:aws:s3:::${NAME}-work`, ReportScope: 'AllTasks' },
  });
  const list = job?.Manifest?.Location?.ObjectArn?.replace(`arn:aws:s3:::${NAME}-work/`, '') ?? '';
  const text = (await buffer(await verifications.work.get(list))).toString();
  expect(text.trim().split('\n').sort()).toEqual(
    [archived, large]
      .flatMap((manifest) => dataObjects(manifest))
      .filter((key) => !/(SHA256SUMS|parts\.json)$/.test(key))
      .map((key) => `${BUCKET},${key}`)
      .sort(),
  );
  const head = await server.client.send(
    new HeadObjectCommand({ Bucket: `${NAME}-work`, Key: list }),
  );
  expect(`"${job?.Manifest?.Location?.ETag}"`).toBe(head.ETag);
  expect(job?.ClientRequestToken?.length).toBeLessThanOrEqual(64);
});

test('it is not asked for again while S3 works on it', async () => {
  const { record } = await verify(scheduled('orders', 'weekly-2'));
  expect(record.skipped).toBeUndefined();
  expect(jobs).toEqual([]);
});

test('what S3 computed verifies the backups: the record says so', async () => {
  const event = created(`catalog/366d-archive/orders/${archived.id}.json`, 'asked-again');
  expect((await verify(event)).record.skipped).toMatchObject([{ id: archived.id }]);
  const key = await report();
  const { record } = await verify(created(key, 'report-1', '2026-11-22T17:48:40Z'));
  expect(record).toMatchObject({
    outcome: 'succeeded',
    backups: [{ id: archived.id, bytes: archived.storedBytes, problems: [] }],
  });
});

test('an object that is not what was written is named', async () => {
  await verify(created(`catalog/366d-archive/orders/${large.id}.json`, 'asked-large'));
  const [altered] = dataObjects(large);
  const key = await report(altered);
  const { record, whole } = await verify(created(key, 'report-2', '2026-11-22T17:48:41Z'));
  expect(record.outcome).toBe('failed');
  expect(record.backups[0]?.problems.join()).toContain(altered);
  const [measured] = measurements(compiled, record, whole);
  expect(measured?.values[METRIC.verificationProblems]).toBeGreaterThan(0);
});

test('a row that is not understood, or a backup that is gone when S3 has answered, hides nothing about the others', async () => {
  const one = { source: 'wal', class: '366d-archive' };
  const gone = await commitBackup(store, { ...one, at: new Date('2026-10-02T03:00:00Z') });
  const [left, unclear] = [
    await commitBackup(store, { ...one, at: new Date('2026-10-03T03:00:00Z') }),
    await commitBackup(store, { ...one, at: new Date('2026-10-04T03:00:00Z') }),
  ];
  for (const manifest of [gone, left, unclear]) await freeze(manifest);
  await verify(scheduled('wal', 'asked-three'));
  const [base] = dataObjects(unclear);
  const key = await report(undefined, base, [gone, left, unclear]);
  const Key = `catalog/366d-archive/wal/${gone.id}.json`;
  await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  const { record } = await verify(created(key, 'report-3', '2026-11-22T17:48:42Z'));
  expect(record.backups).toMatchObject([{ id: left.id, problems: [] }]);
  expect(record.error).toContain(`${base}: S3 computed something else: computed`);
  expect(record.error).toContain(Key);
});

test('if S3 cannot be asked, the verification fails and says why', async () => {
  const { record } = await verify(
    created(`catalog/366d-archive/orders/${archived.id}.json`, 'refused'),
    () => {
      throw new Error('not authorized to perform s3:CreateJob');
    },
  );
  expect(record).toMatchObject({
    outcome: 'failed',
    error: expect.stringContaining('s3:CreateJob'),
    skipped: [{ id: archived.id }],
  });
});
