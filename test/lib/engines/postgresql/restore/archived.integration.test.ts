import { chmod, cp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  type S3Client,
  type StorageClass,
} from '@aws-sdk/client-s3';
import { ArchivedError, ThawPendingError } from '../../../../../lib/catalog/errors.ts';
import type { Thaw } from '../../../../../lib/catalog/thaw.ts';
import { drillPostgresql } from '../../../../../lib/engines/postgresql/drill/drill.ts';
import { choose } from '../../../../../lib/engines/postgresql/restore/choose.ts';
import { restorePostgresql } from '../../../../../lib/engines/postgresql/restore/restore.ts';
import type { PostgresqlRun } from '../../../../../lib/engines/postgresql/run.ts';
import { verifyPostgresql } from '../../../../../lib/engines/postgresql/verify.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import {
  type MotoServer,
  startMoto,
  THAWED_AT_ONCE,
  thawedAfter,
} from '../../../../support/moto.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';
import { upload } from '../../../../support/upload.ts';
import { filesOf, type History, makeHistory, ROWS } from './history.ts';

const BUCKET = 'backups';

let history: History;
let moto: MotoServer;
let client: S3Client;
let run: PostgresqlRun;
let announced: Thaw[];

beforeAll(async () => {
  moto = await startMoto();
  history = await makeHistory(18);
  client = moto.s3();
});

afterAll(async () => {
  client?.destroy();
  await moto?.stop();
  await history?.dispose();
});

/** As S3 leaves a backup whose class is archived: what is small stays, and so do manifests and WAL. */
const ARCHIVED = /^data\/.*\/(base\.tar|\d+\.tar|wal\/[0-9A-F]{24}\b)/;
const asDeployed = (path: string): StorageClass =>
  ARCHIVED.test(path) ? 'DEEP_ARCHIVE' : 'STANDARD';

beforeEach(async () => {
  await moto.reset();
  await moto.createBucket(BUCKET);
  const context = await history.context(history.store);
  await context.store.close();
  run = { ...context, store: await openStore(moto.url(BUCKET), moto) };
  announced = [];
});

afterEach(() => run.store.close());

/** The history's store, and a second archived backup that no restore of it needs. */
async function fill(storageClassOf: (path: string) => StorageClass): Promise<string[]> {
  const paths = await filesOf(history.store);
  await upload(client, BUCKET, history.store, paths, storageClassOf);
  const other = await tempFolder('other');
  for (const path of paths.filter((one) => one.startsWith('data/'))) {
    const moved = path.replace(/\d{8}T\d{6}Z-full-[0-9a-f]{8}/, '20200101T030000Z-full-00000000');
    await cp(join(history.store, path), join(other.path, moved), { recursive: true });
  }
  await upload(client, BUCKET, other.path, await filesOf(other.path), storageClassOf);
  await other.remove();
  return paths;
}

const restore = (target: string, wait: boolean, to: Date | 'latest' = history.beforeDrop) =>
  restorePostgresql(run, {
    target,
    to,
    binDir: history.server.binDir,
    owner: { uid: history.server.uid, gid: history.server.gid },
    thaw: { speed: 'standard', days: 2, wait, announce: (thaw) => announced.push(thaw) },
  });

const askedFor = async (paths: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(
    paths.map((Key) => client.send(new HeadObjectCommand({ Bucket: BUCKET, Key }))),
  );
  return paths.filter((_, index) => found[index]?.Restore !== undefined);
};

const runRecords = async (): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of run.store.list('runs/')) {
    if (/-(restore|drill)-/.test(key)) keys.push(key);
  }
  return keys;
};

test('an archived backup is asked for and nothing is touched; the same again restores it', async () => {
  const paths = await fill(asDeployed);
  const target = history.newTarget();
  await moto.transition(thawedAfter(2));
  await expect(restore(target, false)).rejects.toThrow(ThawPendingError);
  await expect(stat(target)).rejects.toThrow(/ENOENT/);
  expect(await runRecords()).toEqual([]);

  await moto.transition(THAWED_AT_ONCE);
  await restore(target, false);
  expect(announced).toHaveLength(1);
  const server = await history.start(target);
  try {
    expect(await server.sql(ROWS)).toEqual([history.rows]);
  } finally {
    await server.dispose();
  }
  // The WAL that the backup carries is in the archive of the stream, too, from which it is taken.
  expect(await askedFor(paths)).toEqual(paths.filter((path) => /^data\/.*\.tar/.test(path)));
});

test('WAL that only the backup has is asked for with it', async () => {
  const paths = await fill(asDeployed);
  const own = paths.filter((path) => /^data\/.*\/wal\/[0-9A-F]{24}\b/.test(path));
  expect(own.length).toBeGreaterThan(0);
  for (const path of paths.filter((one) => one.startsWith('wal/'))) {
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: path }));
  }
  await moto.transition(THAWED_AT_ONCE);
  await expect(restore(history.newTarget(), false, 'latest')).rejects.toThrow(ThawPendingError);
  const left = paths.filter((path) => !path.startsWith('wal/'));
  expect(await askedFor(left)).toEqual(left.filter((path) => ARCHIVED.test(path)));
});

test('segments of the stream are asked for where they are archived', async () => {
  const segment = /^wal\/.*\/[0-9A-F]{24}\.zst$/;
  const paths = await fill((path) => (segment.test(path) ? 'GLACIER' : 'STANDARD'));
  await moto.transition(THAWED_AT_ONCE);
  await expect(restore(history.newTarget(), false)).rejects.toThrow(ThawPendingError);
  expect(announced).toMatchObject([{ storageClasses: ['GLACIER'] }]);
  const { pieces } = await choose(run, { to: history.beforeDrop });
  const needed = pieces.flatMap(({ source }) => source.objects.map(({ key }) => key));
  expect(await askedFor(paths)).toEqual(needed.filter((key) => segment.test(key)).toSorted());
});

test('waiting restores in one go', async () => {
  await fill(asDeployed);
  await moto.transition(thawedAfter(2));
  const result = await restore(history.newTarget(), true, 'latest');
  expect(result.timeline).toBe(2);
  expect(announced).toHaveLength(1);
});

test('a drill of an archived backup asks for nothing and cannot begin', async () => {
  const paths = await fill(asDeployed);
  const scratch = await tempFolder('drill');
  await chmod(scratch.path, 0o755);
  try {
    const drill = drillPostgresql(run, {
      scratch: scratch.path,
      target: 'latest',
      expectations: [],
      amcheck: false,
      binDir: history.server.binDir,
      owner: { uid: history.server.uid, gid: history.server.gid },
    });
    await expect(drill).rejects.toThrow(ArchivedError);
  } finally {
    await scratch.remove();
  }
  expect(await askedFor(paths)).toEqual([]);
  expect(await runRecords()).toEqual([]);
});

describe('a verification', () => {
  test('says that an archived backup was skipped, and nothing about it', async () => {
    await fill(asDeployed);
    const record = await verifyPostgresql(run, 'newest');
    expect(record).toMatchObject({
      outcome: 'succeeded',
      backups: [],
      skipped: [{ reason: 'archived' }],
    });
    expect(record.wal?.problems).toEqual([]);
  });

  test('reads it while it is thawed', async () => {
    const paths = await fill(asDeployed);
    await moto.transition(THAWED_AT_ONCE);
    for (const key of paths.filter((path) => ARCHIVED.test(path))) {
      await run.store.archive?.thaw(key, { speed: 'standard', days: 1 });
    }
    const record = await verifyPostgresql(run, 'newest');
    expect(record.backups).toEqual([expect.objectContaining({ problems: [] })]);
    expect(record.skipped).toBeUndefined();
  });
});
