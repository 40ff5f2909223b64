import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverAddress } from '../../../../lib/engines/redis/address.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import { redisRun } from '../../../support/redis-source.ts';

const source = async () => {
  const store = await openStore(`file://${tmpdir()}/never-written`);
  await store.close();
  return redisRun(store).source;
};

test('is the plan’s, and who asks is in the environment', async () => {
  const env = { REDIS_USERNAME: 'tidemark', REDIS_PASSWORD: 'secret' };
  expect(await serverAddress(await source(), env)).toEqual({
    host: 'redis.shop',
    port: 6379,
    tls: 'require',
    user: 'tidemark',
    password: 'secret',
  });
});

test('behind a forwarded port the certificate still has the plan’s name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-ca-'));
  const file = join(folder, 'ca.crt');
  await writeFile(file, 'PEM');
  const env = {
    ...{ REDIS_PASSWORD: 'secret', REDIS_HOST: '127.0.0.1', REDIS_PORT: '16379' },
    ...{ REDIS_TLS: 'verify-full', REDIS_CA_FILE: file },
  };
  expect(await serverAddress(await source(), env)).toEqual({
    host: '127.0.0.1',
    port: 16379,
    serverName: 'redis.shop',
    tls: 'verify-full',
    password: 'secret',
    ca: 'PEM',
  });
  await rm(folder, { recursive: true });
});

test.each([
  [
    'no password',
    {},
    'REDIS_PASSWORD is not set; in a cluster it comes from the Secret shop-redis',
  ],
  [
    'a TLS mode of another tool',
    { REDIS_TLS: 'on' },
    'REDIS_TLS=on is not supported; use one of disable',
  ],
  ['no port', { REDIS_PORT: '0' }, 'REDIS_PORT=0 is not a port; use a number from 1 to 65535'],
])('%s is wrong input', async (_what, env, message) => {
  const password = Object.keys(env).length > 0 ? { REDIS_PASSWORD: 'secret' } : {};
  await expect(serverAddress(await source(), { ...password, ...env })).rejects.toThrow(message);
});
