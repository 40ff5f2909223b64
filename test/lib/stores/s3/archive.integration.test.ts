import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ObjectArchivedError, ObjectNotFoundError } from '../../../../lib/stores/errors.ts';
import { seeingHidden } from '../../../../lib/stores/hidden.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { Archive, ObjectInfo, ObjectStore } from '../../../../lib/stores/store.ts';
import { type MotoServer, startMoto, THAWED_AT_ONCE, thawedAfter } from '../../../support/moto.ts';

const BUCKET = 'archive';
const KEY = 'data/1y/x/base.tar';
const DAY_MS = 86_400_000;

let moto: MotoServer;
let client: S3Client;
let store: ObjectStore;
let archive: Archive;

beforeAll(async () => {
  moto = await startMoto();
  client = moto.s3();
});

beforeEach(async () => {
  await moto.reset();
  await moto.createBucket(BUCKET);
  store = await openStore(moto.url(BUCKET, { prefix: 'shop' }), moto);
  if (!store.archive) throw new Error('a bucket has archives');
  archive = store.archive;
});

afterEach(() => store.close());

afterAll(async () => {
  client?.destroy();
  await moto?.stop();
});

const put = (key: string, StorageClass: 'STANDARD' | 'GLACIER_IR' | 'GLACIER' | 'DEEP_ARCHIVE') =>
  client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: `shop/${key}`, Body: 'frozen', StorageClass }),
  );

async function read(from: ObjectStore, key: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await from.get(key)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function listed(from: ObjectStore): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  for await (const info of from.list('data/')) found.push(info);
  return found;
}

describe.each(['GLACIER', 'DEEP_ARCHIVE'] as const)('an object in %s', (storageClass) => {
  beforeEach(() => put(KEY, storageClass));

  test('is told by listings and by its state, and cannot be read', async () => {
    expect((await listed(store)).map(({ archived }) => archived)).toEqual([true]);
    expect((await store.head(KEY))?.archived).toBe(true);
    expect(await archive.stateOf(KEY)).toEqual({
      key: KEY,
      size: 6,
      storageClass,
      state: 'archived',
    });
    await expect(read(store, KEY)).rejects.toThrow(ObjectArchivedError);
  });

  test('is read after it was thawed, for as many days as asked', async () => {
    await moto.transition(THAWED_AT_ONCE);
    const before = Date.now();
    await archive.thaw(KEY, { speed: 'standard', days: 3 });
    const state = await archive.stateOf(KEY);
    expect(state?.state).toBe('thawed');
    const until = state?.until?.getTime() ?? 0;
    expect(until).toBeGreaterThan(before + 2 * DAY_MS);
    expect(until).toBeLessThan(Date.now() + 4 * DAY_MS);
    expect(await read(store, KEY)).toBe('frozen');
  });
});

test('a thaw that goes on is recognised, and asked for once', async () => {
  await moto.transition(thawedAfter(2));
  await put(KEY, 'DEEP_ARCHIVE');
  await archive.thaw(KEY, { speed: 'bulk', days: 2 });
  expect((await archive.stateOf(KEY))?.state).toBe('thawing');
  await moto.transition(thawedAfter(1000));
  await archive.thaw(KEY, { speed: 'bulk', days: 30 });
  await expect(read(store, KEY)).rejects.toThrow(ObjectArchivedError);
  await moto.transition(THAWED_AT_ONCE);
  expect(await read(store, KEY)).toBe('frozen');
  const until = (await archive.stateOf(KEY))?.until?.getTime() ?? 0;
  expect(until).toBeLessThan(Date.now() + 4 * DAY_MS);
});

test('a copy that is there is kept longer', async () => {
  await moto.transition(THAWED_AT_ONCE);
  await put(KEY, 'DEEP_ARCHIVE');
  await archive.thaw(KEY, { speed: 'standard', days: 1 });
  const first = (await archive.stateOf(KEY))?.until?.getTime() ?? 0;
  await archive.thaw(KEY, { speed: 'standard', days: 5 });
  const second = (await archive.stateOf(KEY))?.until?.getTime() ?? 0;
  expect(second - first).toBeGreaterThan(3 * DAY_MS);
});

test.each(['STANDARD', 'GLACIER_IR'] as const)('an object in %s needs no thaw', async (at) => {
  await put(KEY, at);
  expect((await listed(store)).map(({ archived }) => archived)).toEqual([undefined]);
  expect(await archive.stateOf(KEY)).toBeUndefined();
  await archive.thaw(KEY, { speed: 'standard', days: 1 });
  expect(await read(store, KEY)).toBe('frozen');
});

test('what is not there is in no archive and cannot be thawed', async () => {
  expect(await archive.stateOf(KEY)).toBeUndefined();
  await expect(archive.thaw(KEY, { speed: 'standard', days: 1 })).rejects.toThrow(
    ObjectNotFoundError,
  );
});

describe('where Moto is not what S3 is', () => {
  let requests: string[];
  let server: Server;
  let other: ObjectStore;

  /** In front of Moto: answers requests for a thaw itself. */
  async function answering(status: number, body: string): Promise<void> {
    requests = [];
    server = createServer((from, to) => {
      if (from.method !== 'POST') {
        const { url: path, method, headers } = from;
        const passed = request(`${moto.endpoint}${path}`, { method, headers }, (answer) => {
          to.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(to);
        });
        return from.pipe(passed);
      }
      requests.push(from.url ?? '');
      to.writeHead(status, { 'content-type': 'application/xml' });
      return to.end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    other = await openStore(moto.url(BUCKET, { prefix: 'shop', endpoint }), moto);
  }

  afterEach(async () => {
    await other.close();
    server.closeAllConnections();
    server.close();
  });

  test('whoever asked a moment before is not in the way', async () => {
    const busy =
      '<Error><Code>RestoreAlreadyInProgress</Code><Message>Object restore is already in progress</Message></Error>';
    await answering(409, busy);
    await put(KEY, 'DEEP_ARCHIVE');
    await other.archive?.thaw(KEY, { speed: 'standard', days: 1 });
    expect(requests).toEqual([expect.stringMatching(/^\/archive\/shop\/data.*[?&]restore/)]);
  });

  test('behind a delete marker it is the version that is thawed', async () => {
    await answering(202, '');
    await client.send(
      new PutBucketVersioningCommand({
        Bucket: BUCKET,
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    );
    const { VersionId } = await put(KEY, 'DEEP_ARCHIVE');
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: `shop/${KEY}` }));
    const seeing = seeingHidden(other);
    expect((await listed(seeing)).map(({ archived }) => archived)).toEqual([true]);
    expect((await seeing.archive?.stateOf(KEY))?.state).toBe('archived');
    await seeing.archive?.thaw(KEY, { speed: 'standard', days: 1 });
    expect(requests).toEqual([expect.stringContaining(`versionId=${VersionId}`)]);
  });

  test('a refusal is told', async () => {
    await answering(403, '<Error><Code>AccessDenied</Code><Message>no</Message></Error>');
    await put(KEY, 'DEEP_ARCHIVE');
    await expect(other.archive?.thaw(KEY, { speed: 'standard', days: 1 })).rejects.toThrow(
      /cannot thaw data.*access denied/,
    );
  });
});
