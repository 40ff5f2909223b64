import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cli } from '../support/cli.ts';
import { DATA_COUNTS, fillRedis } from '../support/redis-data.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { SNAPSHOT_USER } from '../support/redis-source.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let server: RedisServer;
let folder: TempFolder;

beforeAll(async () => {
  server = await startRedis({ settings: { user: SNAPSHOT_USER } });
  folder = await tempFolder('redis-cli');
  await chmod(folder.path, 0o755);
  await mkdir(join(folder.path, 'scratch'), { mode: 0o755 });
  await fillRedis(server);
});

afterAll(async () => {
  await server.dispose();
  await folder.remove();
});

const within = (name: string) => join(folder.path, name);

function tidemark(command: string, ...options: readonly string[]) {
  const policy = ['--plan', 'somabrain', '--env', 'production', '--source', 'redis'];
  return cli([command, ...policy, '--store', `file://${within('store')}`, ...options], {
    cwd: folder.path,
    env: {
      ...{ REDIS_HOST: server.address.host, REDIS_PORT: `${server.address.port}` },
      ...{ REDIS_TLS: 'disable', REDIS_USERNAME: 'tidemark', REDIS_PASSWORD: 'of-the-agent' },
    },
  });
}

test('from a server into a store, and back into a directory', async () => {
  const backup = await tidemark('backup', '--label', 'before-the-sale', '--json');
  expect(backup).toMatchObject({ code: 0 });
  expect(backup.stdout + backup.stderr).not.toContain('of-the-agent');
  const { id, counts } = JSON.parse(backup.stdout);
  expect(counts).toEqual(DATA_COUNTS);

  const list = await tidemark('list');
  expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
  expect(await tidemark('verify')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(new RegExp(`^${id} +sound .* read\\n$`)),
  });
  expect(await tidemark('restore', '--target', within('data'))).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      new RegExp(`restored ${within('data')}\\n +from +${id}, .*\\n +up to .*, 30 keys\\n`),
    ),
  });
  expect(
    await tidemark(
      'drill',
      '--scratch',
      within('scratch'),
      '--query',
      'TYPE geo',
      '--expect',
      'zset',
    ),
  ).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('read    30 keys in 3 databases, 1 query asked'),
  });
});

test('what Redis has not is wrong input', async () => {
  expect(await tidemark('backup', '--kind', 'full')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has no full backups; use one of: snapshot'),
  });
  expect(await tidemark('restore', '--target', within('x'), '--to-lsn', '0/1')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('neither positions nor restore points'),
  });
});
