import { randomUUID } from 'node:crypto';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import {
  StoreAccessError,
  StoreError,
  StoreNotFoundError,
  StoreUnavailableError,
} from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { MIB } from '../../../lib/stores/parts.ts';
import { freePort } from '../../support/free-port.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { collect, content, read, sha256, stream } from './content.ts';
import { describeContract } from './contract.ts';

const BUCKET = 'backups';
let server: S3Server;

beforeAll(async () => {
  server = await startS3();
  await server.createBucket(BUCKET);
});
afterAll(() => server.stop());

const open = (url: string) => openStore(url, { credentials: server });

async function uploads(bucket: string, key: string): Promise<number> {
  const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key });
  return (await server.client.send(command)).Uploads?.length ?? 0;
}

describeContract(async () => ({
  store: await open(server.url(BUCKET)),
  unfinished: (key) => uploads(BUCKET, key),
}));

describe('a prefix', () => {
  test('holds a store of its own', async () => {
    const url = (prefix: string) => server.url(`${BUCKET}/${prefix}`);
    const [one, other] = await Promise.all([open(url('team/one')), open(url('team/other/'))]);
    const bytes = content(10);
    await one.put('a/b', stream(bytes));
    expect(await collect(other.list(''))).toEqual([]);
    expect(await collect(one.list(''))).toMatchObject([{ key: 'a/b' }]);
    expect(await collect(one.list('', { startAfter: 'a/b' }))).toEqual([]);
    expect(await collect(one.listNames(''))).toEqual(['a/']);
    expect(await read(await (await open(server.url(BUCKET))).get('team/one/a/b'))).toEqual(bytes);
    await one.check();
  });
});

describe('a bucket with object lock', () => {
  test.each([
    ['one part', 1000],
    ['several parts', 9 * MIB],
  ])('takes an object of %s', async (_, size) => {
    const bucket = `locked-${randomUUID()}`;
    await server.createBucket(bucket, { objectLock: true });
    const store = await open(server.url(bucket));
    const bytes = content(size);
    await store.put('data/x', stream(bytes));
    expect(sha256(await read(await store.get('data/x')))).toBe(sha256(bytes));
  });
});

describe('the size of parts', () => {
  test('comes from the URL', async () => {
    const store = await open(`${server.url(BUCKET)}&partSize=5MiB`);
    const { parts } = await store.put(randomUUID(), stream(content(11 * MIB)));
    expect(parts.map(({ size }) => size)).toEqual([5 * MIB, 5 * MIB, MIB]);
  });
});

describe('what is wrong is said, with what to do', () => {
  const attempts = async (url: string, credentials: Parameters<typeof openStore>[1]) => {
    const store = await openStore(url, credentials);
    return {
      put: () => store.put('a', stream(content(1))),
      'put in parts': () => store.put('a', stream(content(9 * MIB))),
      get: () => store.get('a'),
      head: () => store.head('a'),
      list: () => collect(store.list('')),
      'list names': () => collect(store.listNames('')),
      check: () => store.check(),
    };
  };
  const methods = ['put', 'put in parts', 'get', 'head', 'list', 'list names', 'check'] as const;

  test.each(methods)('a bucket that does not exist: %s', async (method) => {
    const calls = await attempts(server.url('no-such-bucket'), { credentials: server });
    await expect(calls[method]()).rejects.toThrow(StoreNotFoundError);
    await expect(calls[method]()).rejects.toThrow(/no-such-bucket.*create it or correct/);
  });

  test.each(methods)('a wrong secret: %s', async (method) => {
    const credentials = { ...server, secretAccessKey: 'wrong-secret-wrong' };
    const calls = await attempts(server.url(BUCKET), { credentials });
    await expect(calls[method]()).rejects.toThrow(StoreAccessError);
    await expect(calls[method]()).rejects.toThrow(/credentials/);
  });

  test.each(methods)('an unknown access key: %s', async (method) => {
    const credentials = { ...server, accessKeyId: 'NOBODY' };
    const calls = await attempts(server.url(BUCKET), { credentials });
    await expect(calls[method]()).rejects.toThrow(StoreAccessError);
  });

  test.each(['put', 'get', 'list', 'check'] as const)('a wrong region: %s', async (method) => {
    const url = server.url(BUCKET).replace(server.region, 'eu-west-3');
    const calls = await attempts(url, { credentials: server });
    await expect(calls[method]()).rejects.toThrow(
      /region eu-west-3 is not the bucket's.*\?region=/,
    );
  });

  test('an endpoint where nothing listens, within seconds', async () => {
    const started = performance.now();
    const url = server.url(BUCKET, `http://127.0.0.1:${await freePort()}`);
    const calls = await attempts(url, { credentials: server });
    await expect(calls.put()).rejects.toThrow(StoreUnavailableError);
    await expect(calls.check()).rejects.toThrow(
      /cannot be reached.*ECONNREFUSED.*check the endpoint/,
    );
    expect(performance.now() - started).toBeLessThan(40_000);
  });

  test('an endpoint whose name is unknown', async () => {
    const url = server.url(BUCKET, 'http://store.invalid');
    const store = await openStore(url, { credentials: server, patienceMs: 0 });
    await expect(store.check()).rejects.toThrow(StoreUnavailableError);
  });

  test('is a StoreError with its cause', async () => {
    const calls = await attempts(server.url('no-such-bucket'), { credentials: server });
    const error: unknown = await calls.get().catch((caught) => caught);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toHaveProperty('cause.name', 'NoSuchBucket');
  });
});
