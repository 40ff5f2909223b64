import { createHash, randomBytes } from 'node:crypto';
import { type Argument, RedisClient } from './redis-client.ts';
import type { RedisServer } from './redis-server.ts';

/** Far enough away for every test; a millisecond that is no whole second. */
const EXPIRES_AT = Date.UTC(2099, 11, 31, 23, 59, 59, 987);

const many = (count: number, item: (at: number) => readonly Argument[]): Argument[] =>
  Array.from({ length: count }, (_, at) => item(at)).flat();

/** Keys of every type in each of its encodings, small and large, in several databases. */
function commands(): Argument[][] {
  const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  return [
    ['SELECT', 0],
    ['SET', 'string:text', 'schön 漢字 🌊'],
    ['SET', 'string:binary', binary],
    ['SET', binary, 'a key of every byte'],
    ['SET', 'string:empty', ''],
    ['SET', 'string:8-bit', -7],
    ['SET', 'string:16-bit', 12_345],
    ['SET', 'string:32-bit', 2_147_483_647],
    ['SET', 'string:64-bit', '9223372036854775807'],
    ['SET', 'string:compressible', 'a'.repeat(100_000)],
    ['SET', 'string:20-MiB', randomBytes(20 * 1024 * 1024)],
    ['SET', 'string:expires', 'in the year 2099', 'PXAT', EXPIRES_AT],
    ['SETBIT', 'bitmap', 1_000_001, 1],
    ['PFADD', 'hyperloglog:sparse', ...many(10, (at) => [`v${at}`])],
    ['PFADD', 'hyperloglog:dense', ...many(10_000, (at) => [`v${at}`])],
    ['RPUSH', 'list:small', 1, 'two', binary],
    ['RPUSH', 'list:large', ...many(5000, (at) => [`item ${at}`])],
    ['RPUSH', 'list:plain-nodes', 'x'.repeat(20_000), 'y'.repeat(20_000)],
    ['SADD', 'set:integers', ...many(100, (at) => [at * 1_000_000_007])],
    ['SADD', 'set:small', 'a', 'b', binary],
    ['SADD', 'set:large', ...many(2000, (at) => [`member ${at}`])],
    ['HSET', 'hash:small', 'field', 'value', 'binary', binary],
    ['HSET', 'hash:large', ...many(2000, (at) => [`field ${at}`, `value ${at}`])],
    ['PEXPIREAT', 'hash:large', EXPIRES_AT],
    ['ZADD', 'zset:small', 1.5, 'a', '-inf', 'b', '+inf', 'c'],
    ['ZADD', 'zset:large', ...many(2000, (at) => [at / 7, `member ${at}`])],
    ['GEOADD', 'geo', 13.361389, 38.115556, 'Palermo', 15.087269, 37.502669, 'Catania'],
    ...Array.from({ length: 300 }, (_, at) => ['XADD', 'stream:groups', `${at + 1}-0`, 'n', at]),
    ['XGROUP', 'CREATE', 'stream:groups', 'workers', 0],
    ['XREADGROUP', 'GROUP', 'workers', 'anna', 'COUNT', 20, 'STREAMS', 'stream:groups', '>'],
    ['XREADGROUP', 'GROUP', 'workers', 'ben', 'COUNT', 5, 'STREAMS', 'stream:groups', '>'],
    ['XACK', 'stream:groups', 'workers', '1-0', '2-0'],
    ['XDEL', 'stream:groups', '5-0'],
    ['XGROUP', 'CREATE', 'stream:groups', 'nobody', '$'],
    ['XADD', 'stream:empty', '1-1', 'n', 1],
    ['XDEL', 'stream:empty', '1-1'],
    [
      'FUNCTION',
      'LOAD',
      "#!lua name=shop\nredis.register_function('answer', function() return 42 end)",
    ],
    ['SELECT', 3],
    ['SET', 'in another database', 'yes'],
    ['SET', 'also here', 'yes', 'PXAT', EXPIRES_AT],
    ['SELECT', 15],
    ['RPUSH', 'the last database', 'yes'],
    ['SELECT', 0],
  ];
}

/** What INFO and TYPE will say of it, as a snapshot counts it. */
export const DATA_COUNTS = {
  'db0.expires': 2,
  'db0.hash': 2,
  'db0.keys': 27,
  'db0.list': 3,
  'db0.set': 3,
  'db0.stream': 2,
  'db0.string': 14,
  'db0.zset': 3,
  'db15.keys': 1,
  'db15.list': 1,
  'db3.expires': 1,
  'db3.keys': 2,
  'db3.string': 2,
  functions: 1,
};

export async function fillRedis(server: RedisServer): Promise<void> {
  await server.pipeline(commands());
}

/** So many keys with a value of their own, made by the server itself. */
export async function fillKeys(server: RedisServer, count: number): Promise<void> {
  const script =
    "for at = 1, ARGV[1] do redis.call('SET', 'key:' .. at, 'value ' .. at) end return ARGV[1]";
  await server.command('EVAL', script, 0, count);
}

/**
 * Every key of every database with its type, its expiry in milliseconds and a digest of its serialised value, so that
 * two servers can be compared; and the libraries of functions.
 */
export async function contentOf(server: RedisServer): Promise<Map<string, string>> {
  const content = new Map<string, string>();
  const client = await RedisClient.connect(server.address);
  try {
    for (let database = 0; database < 16; database++) {
      await client.send(['SELECT', database]);
      for (let cursor = '0'; ; ) {
        const [next, keys] = (await client.send(['SCAN', cursor, 'COUNT', 2000])) as [
          Buffer,
          Buffer[],
        ];
        const replies = await client.pipeline(
          keys.flatMap((key) => [
            ['TYPE', key],
            ['PEXPIRETIME', key],
            ['DUMP', key],
          ]),
        );
        for (const [at, key] of keys.entries()) {
          const [type, expiry, dump] = replies.slice(at * 3, at * 3 + 3);
          const value = (await members(client, String(type), key)) ?? (dump as Buffer);
          const digest = createHash('sha256').update(value).digest('hex');
          content.set(`${database}/${key.toString('base64')}`, `${type} ${expiry} ${digest}`);
        }
        cursor = next.toString();
        if (cursor === '0') break;
      }
    }
    content.set('functions', JSON.stringify(await client.send(['FUNCTION', 'LIST', 'WITHCODE'])));
  } finally {
    client.close();
  }
  return content;
}

/** Of a type whose order is each server's own. */
async function members(
  client: RedisClient,
  type: string,
  key: Buffer,
): Promise<string | undefined> {
  if (type === 'set') {
    const found = (await client.send(['SMEMBERS', key])) as Buffer[];
    return found
      .map((member) => member.toString('base64'))
      .sort()
      .join();
  }
  if (type !== 'hash') return undefined;
  const found = (await client.send(['HGETALL', key])) as Buffer[];
  const pairs = found.flatMap((field, at) =>
    at % 2 === 0 ? [`${field.toString('base64')}=${found[at + 1]?.toString('base64')}`] : [],
  );
  return pairs.sort().join();
}
