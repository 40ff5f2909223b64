import { randomUUID } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  LockUnsupportedError,
  ObjectNotFoundError,
  StoreError,
} from '../../../../lib/stores/errors.ts';
import { seeingHidden } from '../../../../lib/stores/hidden.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import { MIB } from '../../../../lib/stores/parts.ts';
import type { Holds, ObjectStore } from '../../../../lib/stores/store.ts';
import { hideAll, removeHidden } from '../../../support/expiry.ts';
import { type S3Server, startS3 } from '../../../support/s3-server.ts';
import { TcpProxy } from '../../../support/tcp-proxy.ts';
import { collect, content, read, stream } from '../content.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3();
});
afterAll(() => server.stop());

async function locked(): Promise<{ bucket: string; store: ObjectStore; holds: Holds }> {
  const bucket = `locked-${randomUUID()}`;
  await server.createBucket(bucket, { objectLock: true });
  return { bucket, ...(await opened(server.url(bucket))) };
}

async function opened(url: string): Promise<{ store: ObjectStore; holds: Holds }> {
  const store = await openStore(url, { credentials: server });
  if (!store.holds) throw new Error('the store knows no holds');
  return { store, holds: store.holds };
}

const keysOf = async (store: ObjectStore, prefix: string, startAfter?: string) =>
  (await collect(store.list(prefix, startAfter === undefined ? {} : { startAfter }))).map(
    ({ key }) => key,
  );

describe('what a delete marker hides', () => {
  test('is seen by whoever asks for it, and by nobody else', async () => {
    const { bucket, store } = await locked();
    const bytes = content(3 * MIB);
    await store.put('a/hidden', stream(bytes));
    await hideAll(server, bucket);
    await store.put('a/visible', stream(content(1)));
    const all = seeingHidden(store);

    expect(await keysOf(store, '')).toEqual(['a/visible']);
    expect(await store.head('a/hidden')).toBeUndefined();
    await expect(store.get('a/hidden')).rejects.toThrow(ObjectNotFoundError);

    const [hidden, visible] = await collect(all.list('a/'));
    expect(hidden).toMatchObject({ key: 'a/hidden', size: bytes.length });
    expect(hidden?.hiddenVersion).toEqual(expect.any(String));
    expect(visible?.hiddenVersion).toBeUndefined();
    expect(await all.head('a/hidden')).toEqual(hidden);
    expect((await read(await all.get('a/hidden'))).equals(bytes)).toBe(true);
    const range = await read(await all.get('a/hidden', { start: 10, end: 19 }));
    expect(range.equals(bytes.subarray(10, 20))).toBe(true);
  });

  test('is gone when its version is', async () => {
    const { bucket, store } = await locked();
    await store.put('a', stream(content(1)));
    await hideAll(server, bucket);
    expect(await removeHidden(server, bucket)).toEqual([]);
    const all = seeingHidden(store);
    expect(await all.head('a')).toBeUndefined();
    await expect(all.get('a')).rejects.toThrow(ObjectNotFoundError);
    expect(await keysOf(all, '')).toEqual([]);
  });

  test('is the first version, not one that somebody put over it', async () => {
    const { bucket, store } = await locked();
    const bytes = content(10);
    await store.put('a', stream(bytes));
    await hideAll(server, bucket);
    await server.client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'forged' }));
    await hideAll(server, bucket);
    const all = seeingHidden(store);
    expect(await read(await all.get('a'))).toEqual(bytes);
    expect(await collect(all.list(''))).toMatchObject([{ key: 'a', size: 10 }]);
  });

  test('is not confused with keys that go on', async () => {
    const { bucket, store } = await locked();
    await store.put('a', stream(content(1)));
    await store.put('ab', stream(content(2)));
    await server.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'ab' }));
    const all = seeingHidden(store);
    expect((await all.head('a'))?.hiddenVersion).toBeUndefined();
    await server.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(await all.head('a')).toMatchObject({ key: 'a', size: 1 });
  });

  test('is listed in byte order over many pages, with what is visible', async () => {
    const { bucket, store } = await locked();
    const keys = Array.from({ length: 1_203 }, (_, i) => `k/${String(i).padStart(4, '0')}`);
    for (let at = 0; at < keys.length; at += 50) {
      const some = keys.slice(at, at + 50);
      await Promise.all(some.map((key) => store.put(key, stream(content(1)))));
    }
    // Markers count as entries of a page, too: the boundaries fall between a marker and its version.
    const hidden = keys.filter((_, i) => i % 3 !== 0);
    for (let at = 0; at < hidden.length; at += 50) {
      const some = hidden.slice(at, at + 50);
      await Promise.all(
        some.map((Key) => server.client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))),
      );
    }
    const all = await collect(seeingHidden(store).list('k/'));
    expect(all.map(({ key }) => key)).toEqual(keys);
    expect(all.filter((info) => info.hiddenVersion).map(({ key }) => key)).toEqual(hidden);
    const after = await keysOf(seeingHidden(store), 'k/', keys[1_199]);
    expect(after).toEqual(keys.slice(1_200));
  });

  test('still has its folder', async () => {
    const { bucket, store } = await locked();
    await store.put('a/b/c', stream(content(1)));
    await store.put('a/d/e', stream(content(1)));
    await hideAll(server, bucket, 'a/b/');
    expect(await collect(seeingHidden(store).listNames('a/'))).toEqual(['b/', 'd/']);
  });

  test('in a prefix of a bucket', async () => {
    const { bucket } = await locked();
    const { store, holds } = await opened(server.url(`${bucket}/team/one`));
    await store.put('a/b', stream(content(5)));
    await holds.place('a/b');
    await hideAll(server, bucket);
    const all = seeingHidden(store);
    expect(await keysOf(all, '')).toEqual(['a/b']);
    expect(await holds.isHeld('a/b')).toBe(true);
    expect(await read(await all.get('a/b'))).toEqual(content(5));
  });

  test('is read to its end although the connection breaks', async () => {
    const { bucket, store } = await locked();
    const bytes = content(20 * MIB);
    await store.put('a', stream(bytes));
    await hideAll(server, bucket);
    const proxy = await TcpProxy.start(server);
    try {
      const behind = await opened(server.url(bucket, `http://127.0.0.1:${proxy.port}`));
      const body = await seeingHidden(behind.store).get('a');
      const chunks: Buffer[] = [];
      let broken = false;
      for await (const chunk of body) {
        chunks.push(chunk);
        if (!broken) {
          broken = true;
          proxy.cut();
        }
      }
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      await behind.store.close();
    } finally {
      proxy.stop();
    }
  });
});

describe('a hold', () => {
  test('keeps an object, hidden or not, until it is released', async () => {
    const { bucket, store, holds } = await locked();
    await store.put('a', stream(content(1)));
    await store.put('b', stream(content(1)));
    expect(await holds.isHeld('a')).toBe(false);
    await holds.place('a');
    await holds.place('a');
    expect(await holds.isHeld('a')).toBe(true);
    await hideAll(server, bucket);
    expect(await removeHidden(server, bucket)).toEqual(['a']);
    expect(await holds.isHeld('a')).toBe(true);
    expect(await keysOf(seeingHidden(store), '')).toEqual(['a']);

    await holds.release('a');
    await holds.release('a');
    expect(await holds.isHeld('a')).toBe(false);
    expect(await removeHidden(server, bucket)).toEqual([]);
  });

  test('is placed on what is hidden already', async () => {
    const { bucket, store, holds } = await locked();
    await store.put('a', stream(content(1)));
    await hideAll(server, bucket);
    await holds.place('a');
    expect(await removeHidden(server, bucket)).toEqual(['a']);
  });

  test('needs an object', async () => {
    const { holds } = await locked();
    await expect(holds.place('none')).rejects.toThrow(ObjectNotFoundError);
    await expect(holds.release('none')).resolves.toBeUndefined();
    expect(await holds.isHeld('none')).toBe(false);
    await expect(holds.place('../none')).rejects.toThrow(/is not an object key/);
  });

  test('needs a bucket with object lock', async () => {
    const bucket = `plain-${randomUUID()}`;
    await server.createBucket(bucket, { versioning: true });
    const { store, holds } = await opened(server.url(bucket));
    await store.put('a', stream(content(1)));
    await expect(holds.place('a')).rejects.toThrow(LockUnsupportedError);
    await expect(holds.place('a')).rejects.toThrow(
      /no object lock; make it again with object lock/,
    );
    expect(await holds.isHeld('a')).toBe(false);
  });

  test('is refused without the right to it', async () => {
    const { bucket, store } = await locked();
    await store.put('a', stream(content(1)));
    const wrong = await openStore(server.url(bucket), {
      credentials: { ...server, secretAccessKey: 'wrong-secret-wrong' },
    });
    await expect(wrong.holds?.place('a')).rejects.toThrow(StoreError);
    await expect(wrong.holds?.isHeld('a')).rejects.toThrow(/credentials|denied/);
  });
});

describe('a lock', () => {
  const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 40 * 86_400_000);
  const retention = async (Bucket: string, Key: string) =>
    (await server.client.send(new GetObjectRetentionCommand({ Bucket, Key }))).Retention;

  test.each([
    ['one part', 1000],
    ['several parts', 9 * MIB],
  ])('is on an object of %s', async (_, size) => {
    const { bucket, store } = await locked();
    const bytes = content(size);
    await store.put('a', stream(bytes), { lock: { mode: 'governance', until } });
    await store.put('b', stream(bytes), { lock: { mode: 'compliance', until } });
    expect(await retention(bucket, 'a')).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: until });
    expect(await retention(bucket, 'b')).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: until });
    expect((await read(await store.get('a'))).equals(bytes)).toBe(true);
    await hideAll(server, bucket);
    expect(await removeHidden(server, bucket)).toEqual(['a', 'b']);
  });

  test.each([
    ['one part', 1000],
    ['several parts', 9 * MIB],
  ])('needs a bucket with object lock: %s', async (_, size) => {
    const bucket = `plain-${randomUUID()}`;
    await server.createBucket(bucket);
    const { store } = await opened(server.url(bucket));
    const put = store.put('a', stream(content(size)), { lock: { mode: 'governance', until } });
    await expect(put).rejects.toThrow(LockUnsupportedError);
    expect(await store.head('a')).toBeUndefined();
  });
});
