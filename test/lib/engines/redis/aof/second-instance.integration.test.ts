import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { restoreRedis } from '../../../../../lib/engines/redis/restore/restore.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { until } from '../../../../support/condition.ts';
import { RedisClient } from '../../../../support/redis-client.ts';
import { contentOf, fillKeys } from '../../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../../support/redis-server.ts';
import { redisRun } from '../../../../support/redis-source.ts';
import { TcpProxy } from '../../../../support/tcp-proxy.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { Shipper } from './shipper.ts';

let server: RedisServer;
let folder: TempFolder;
let store: ObjectStore;
/** What a Service is to the clients. */
let service: TcpProxy;

beforeAll(async () => {
  server = await startRedis({ appendonly: true });
  folder = await tempFolder('second');
  // As root, the owner of the plan's server gets what is restored, and has to reach it.
  await chmod(folder.path, 0o755);
  store = await openStore(`file://${folder.path}/store`);
  service = await TcpProxy.start(server.address);
});

afterAll(async () => {
  await service.stop();
  await server.dispose();
  await store.close();
  await folder.remove();
});

/** One command over the service, on a connection of its own, as of a client that was restarted. */
async function ask(...command: string[]): Promise<string> {
  const client = await RedisClient.connect({ host: service.host, port: service.port });
  try {
    return String(await client.send(command));
  } finally {
    client.close();
  }
}

test('one service comes back beside the old one, and is switched once it is good', async () => {
  const shipper = new Shipper(store, server);
  await fillKeys(server, 20_000);
  await ask('SET', 'price', '42');
  await shipper.caughtUp();
  const good = await contentOf(server);
  const moment = new Date();
  await until('the moment has passed', () => Date.now() > moment.getTime() + 50);
  await ask('SET', 'price', 'corrupted');
  await ask('DEL', 'key:1', 'key:2');
  await shipper.caughtUp();

  const target = join(folder.path, 'restored');
  const result = await restoreRedis(redisRun(store), { target, time: moment });
  expect(result).toMatchObject({ backup: null, keys: 20_001 });
  expect(await ask('GET', 'price')).toBe('corrupted');
  for (const appendonly of [false, true]) {
    const second = await startRedis({ existing: { dataDir: target }, appendonly });
    try {
      expect(await second.command('DBSIZE')).toBe(20_001);
      expect(await contentOf(second)).toEqual(good);
      service.redirect(second.address);
      expect(await ask('GET', 'price')).toBe('42');
      // And back: the old one is as it was.
      service.redirect(server.address);
      expect(await ask('GET', 'price')).toBe('corrupted');
    } finally {
      await second.dispose();
    }
  }
  await shipper.stop();
});
