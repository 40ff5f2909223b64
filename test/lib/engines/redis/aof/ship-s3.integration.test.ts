import { redisAgent } from '../../../../../lib/engines/redis/agent.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { contentOf } from '../../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../../support/redis-server.ts';
import { redisAddress, redisRun } from '../../../../support/redis-source.ts';
import { type S3Server, startS3 } from '../../../../support/s3-server.ts';
import { restored, Shipper } from './shipper.ts';

/** The rights that docs/redis-log.md asks for, and those of snapshots. */
const USER =
  'tidemark on >of-the-agent resetkeys resetchannels -@all +info +time +psync +replconf +ping';

let server: RedisServer;
let s3: S3Server;
let store: ObjectStore;

beforeAll(async () => {
  [server, s3] = await Promise.all([
    startRedis({ appendonly: true, tls: true, settings: { user: USER } }),
    startS3(),
  ]);
  await s3.createBucket('log', { objectLock: true });
  store = await openStore(s3.url('log'), { credentials: s3 });
});
afterAll(async () => {
  await server.dispose();
  await store.close();
  await s3.stop();
});

test('over TLS, with the rights of its own user and no more, into S3 and back', async () => {
  const address = redisAddress(server, 'tidemark');
  const shipper = new Shipper(store, server, { server: address });
  try {
    await server.pipeline(
      Array.from({ length: 2000 }, (_, index) => ['SET', `order:${index}`, `value ${index}`]),
    );
    await shipper.caughtUp();
    await server.command('DEL', 'order:7');
    await server.command('BGREWRITEAOF');
    await server.command('SET', 'later', 'yes');
    await shipper.caughtUp();
  } finally {
    await shipper.stop();
  }
  expect(shipper.ended).toEqual({});
  const copy = await restored(store);
  try {
    expect(await contentOf(copy.server)).toEqual(await contentOf(server));
    expect(await copy.server.command('DBSIZE')).toBe(2000);
  } finally {
    await copy.dispose();
  }
  const env = {
    REDIS_HOST: address.host,
    REDIS_PORT: String(address.port),
    REDIS_USERNAME: 'tidemark',
    REDIS_PASSWORD: 'of-the-agent',
    REDIS_TLS: 'require',
  };
  await redisAgent.backup(redisRun(store), { env });
  const verified = await redisAgent.verify(redisRun(store), 'newest');
  expect(verified).toMatchObject({ outcome: 'succeeded', backups: [{ problems: [] }] });
  expect(verified.wal?.segments).toBeGreaterThan(0);
});
