import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CompiledPlan } from '../../../../lib/plan/compiled.ts';
import { aof, redis, snapshot } from '../../../../lib/plan/language.ts';
import { planText } from '../../../../lib/plan/written.ts';
import { cli, startCli } from '../../../support/cli.ts';
import { until } from '../../../support/condition.ts';
import { freePort } from '../../../support/free-port.ts';
import { RedisClient } from '../../../support/redis-client.ts';
import { REDIS_SERVER } from '../../../support/redis-install.ts';
import { type RedisServer, startRedis } from '../../../support/redis-server.ts';
import { ServerProcess } from '../../../support/server-process.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { fileOf, shop } from '../values.ts';

/** Nothing in it may be taken for a quote, a variable or a format. */
const PASSWORD = `of "the" 'Secret' $HOME %s \\n`;
/** Of the server, as its image or its chart has one. */
const OWN_CONFIGURATION = '/etc/redis/redis.conf';
const patchSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.tuple([z.object({ command: z.array(z.string()) })]),
        containers: z.tuple([z.object({ args: z.array(z.string()) })]),
      }),
    }),
  }),
});
const settingsSchema = z.object({ data: z.object({ 'redis.conf': z.string() }) });

let folder: TempFolder;
let server: RedisServer;
let compiled: CompiledPlan;

beforeAll(async () => {
  folder = await tempFolder('values-redis');
  compiled = shop({
    cache: redis({
      server: { service: 'redis', credentials: 'shop-redis', tls: 'disable' },
      appendonly: { volume: 'data', directory: 'log' },
      protect: [snapshot({ every: '1h', keep: '30d' }), aof({ flush: '1s', keep: '30d' })],
      verify: { checksums: 'weekly' },
      setup: { args: ['redis-server', OWN_CONFIGURATION] },
    }),
  });
  await writeFile(join(folder.path, 'plan.json'), planText(compiled));
});

afterEach(() => server?.dispose());
afterAll(() => folder?.remove());

const podOf = (plan: CompiledPlan) =>
  patchSchema.parse(parse(fileOf(plan, 'cache.pod.yaml'))).spec.template.spec;

/** Runs what the patch puts in front of Redis in its pod. */
async function initialise(env: Record<string, string>): Promise<void> {
  const [{ command }] = podOf(compiled).initContainers;
  const [program = '', ...args] = command.map(here);
  await promisify(execFile)(program, args, { env: { PATH: process.env.PATH ?? '', ...env } });
}

/** Paths of the container, in the test's folder. */
const here = (text: string): string => text.replaceAll('/etc/tidemark-user', folder.path);

async function start(): Promise<void> {
  const settings = settingsSchema.parse(parse(fileOf(compiled, 'cache.settings.yaml')));
  const conf = join(folder.path, 'redis.conf');
  await writeFile(conf, here(settings.data['redis.conf']));
  server = await startRedis({ password: 'of the application', settings: { include: conf } });
}

const tidemark = (user: Record<string, string>) => {
  const env = {
    ...user,
    REDIS_HOST: server.address.host,
    REDIS_PORT: `${server.address.port}`,
    TIDEMARK_STORE: `file://${join(folder.path, 'store')}`,
  };
  return { cwd: folder.path, env };
};

test('a Redis that was told these settings, with the user made at its start, gives every backup of the plan', async () => {
  const user = { REDIS_USERNAME: 'tidemark', REDIS_PASSWORD: PASSWORD };
  await initialise(user);
  expect(await readFile(join(folder.path, 'user.conf'), 'utf8')).not.toContain('Secret');
  await start();
  await server.command('SET', 'order:1', 'paid');

  const taken = await cli(['backup', '--config', 'plan.json'], tidemark(user));
  expect(taken).toMatchObject({ code: 0 });
  const data = ['--data', server.dataDir];
  const shipping = startCli(['aof', '--config', 'plan.json', ...data], tidemark(user));
  try {
    const log = join(folder.path, 'store', 'wal');
    await until(`the log is stored: ${shipping.stderr()}`, () => existsSync(log), 60_000);
  } finally {
    shipping.child.kill('SIGTERM');
    await shipping.result;
  }
  const { stdout } = await cli(['list', '--config', 'plan.json', '--json'], tidemark(user));
  expect(JSON.parse(stdout)).toMatchObject([{ kind: 'snapshot' }]);
});

test('its user can read no key and change nothing, and nobody else got in by it', async () => {
  await initialise({ REDIS_USERNAME: 'tidemark', REDIS_PASSWORD: PASSWORD });
  await start();
  const asUser = async (...command: string[]) => {
    const client = await RedisClient.connect({
      ...server.address,
      username: 'tidemark',
      password: PASSWORD,
    });
    try {
      return await client.pipeline([command]);
    } finally {
      client.close();
    }
  };
  for (const command of [
    ['GET', 'order:1'],
    ['SET', 'a', 'b'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
  ]) {
    await expect(asUser(...command)).rejects.toThrow(/NOPERM/);
  }
  const { password: _password, ...anonymous } = server.address;
  const client = await RedisClient.connect(anonymous);
  await expect(client.pipeline([['PING']])).rejects.toThrow(/NOAUTH/);
  client.close();
});

test('a Secret without a username leaves the password of the server as the way in', async () => {
  const user = { REDIS_PASSWORD: 'of the application' };
  await initialise(user);
  expect(await readFile(join(folder.path, 'user.conf'), 'utf8')).toBe('');
  await start();
  expect(await cli(['backup', '--config', 'plan.json'], tidemark(user))).toMatchObject({ code: 0 });
});

test('the arguments of the patch read the settings behind the server’s own', async () => {
  await initialise({ REDIS_USERNAME: 'tidemark', REDIS_PASSWORD: PASSWORD });
  const place = async (name: string, text: string) => {
    await writeFile(join(folder.path, name), text);
    return join(folder.path, name);
  };
  const port = await freePort();
  const dir = await mkdtemp(join(folder.path, 'data-'));
  const own = `port ${port}\nbind 127.0.0.1\ndir "${dir}"\nrepl-timeout 300\nrequirepass own\n`;
  const { data } = settingsSchema.parse(parse(fileOf(compiled, 'cache.settings.yaml')));
  const files: Record<string, string> = {
    [OWN_CONFIGURATION]: await place('own.conf', own),
    '/etc/tidemark-server/redis.conf': await place('settings.conf', here(data['redis.conf'])),
  };
  const [, ...args] = podOf(compiled).containers[0].args.map((word) => files[word] ?? word);
  const account = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const redisServer = new ServerProcess({
    program: REDIS_SERVER,
    args,
    account,
    folder: folder.path,
  });
  const ask = async (...command: string[]) => {
    const client = await RedisClient.connect({ host: '127.0.0.1', port, password: 'own' });
    try {
      return String(await client.send(command));
    } finally {
      client.close();
    }
  };
  await redisServer.start(() => ask('PING'));
  try {
    // What the server's own configuration says more of stays.
    expect(await ask('CONFIG', 'GET', 'repl-timeout')).toBe('repl-timeout,300');
    expect(await ask('CONFIG', 'GET', 'aof-timestamp-enabled')).toBe('aof-timestamp-enabled,yes');
    expect(await ask('ACL', 'USERS')).toBe('default,tidemark');
  } finally {
    await redisServer.end('SIGTERM');
  }
});
