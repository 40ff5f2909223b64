import { aof, full, redis, snapshot, wal } from '../../../../lib/plan/language.ts';
import { mistakesOf, overrideMistakesOf, refusal, settingsOf } from '../source.ts';

const example = redis({
  server: { service: 'redis.shop', credentials: 'redis-credentials' },
  appendonly: { volume: 'redis-data' },
  protect: [snapshot({ every: '1h' }), aof({ flush: '1s' })],
});

describe('a Redis source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      server: {
        service: 'redis.shop',
        port: 6379,
        credentials: 'redis-credentials',
        tls: 'require',
        version: '7',
        uid: 999,
        gid: 999,
      },
      appendonly: { volume: 'redis-data', directory: 'appendonlydir' },
    });
  });

  test('needs no files where no append-only file is shipped', () => {
    const { appendonly: _files, ...rest } = example;
    expect(mistakesOf({ ...rest, protect: [snapshot({ every: '6h' })] })).toEqual([]);
  });

  test('may be contradicted by an environment that adds a row', () => {
    const { appendonly: _files, ...rest } = example;
    const plain = { ...rest, protect: [snapshot({ every: '6h' })] };
    expect(overrideMistakesOf(plain, { protect: example.protect })).toEqual([
      expect.stringMatching(
        /^environments\.production\.sources\.it\.appendonly: .*is missing; name the volume of Redis' pod/,
      ),
    ]);
  });

  test.each([
    [
      'an aof row without the place of its files',
      { ...example, appendonly: undefined },
      'appendonly',
      /.* is missing; name the volume of Redis. pod/,
    ],
    [
      'a path as the directory',
      { ...example, appendonly: { volume: 'data', directory: '/data/appendonlydir' } },
      'appendonly.directory',
      /"\/data\/appendonlydir" is not the name of a directory; write Redis. appenddirname without a path/,
    ],
    [
      'a volume that Kubernetes refuses',
      { ...example, appendonly: { volume: 'Redis_Data' } },
      'appendonly.volume',
      /"Redis_Data" is not the name of a Kubernetes volume; .*lower-case/,
    ],
    [
      'root as the owner',
      { ...example, server: { ...example.server, uid: 0 } },
      'server.uid',
      /0 is root, .*; write the number of another user/,
    ],
    [
      'a version whose snapshots nobody here can check',
      { ...example, server: { ...example.server, version: '6' } },
      'server.version',
      /"6" is not possible here; write '7'; possible are '7', '8'/,
    ],
    [
      'an amount of memory that Kubernetes would take for bytes',
      { ...example, restore: { volumeClaim: 'restored', memory: '4' } },
      'restore.memory',
      /"4" is not an amount of memory; write one for Kubernetes, such as '512Mi'/,
    ],
    [
      'a row of PostgreSQL',
      { ...example, protect: [wal({ flush: '60s' }), ...example.protect] },
      'protect.0.kind',
      /"wal" is not possible here; .*.snapshot., .aof./,
    ],
    [
      'only the append-only file',
      { ...example, protect: [aof({ flush: '1s' })] },
      'protect',
      /no row is a full backup.*add snapshot/,
    ],
    [
      'a full row, which Redis calls a snapshot',
      { ...example, protect: [...example.protect, full({ at: '03:00' })] },
      'protect.2.kind',
      /"full" is not possible here/,
    ],
    [
      'a port that no server has',
      { ...example, server: { ...example.server, port: 65536 } },
      'server.port',
      /65536 is not a port; write a number from 1 to 65535/,
    ],
    [
      'an address with a scheme',
      { ...example, server: { ...example.server, service: 'redis://redis.shop' } },
      'server.service',
      /"redis:\/\/redis.shop" is not a host name; write a Kubernetes service/,
    ],
    [
      'a password in place of a name',
      { ...example, server: { ...example.server, credentials: 'Secr3t!' } },
      'server.credentials',
      /(?!.*Secr3t!)\(redacted\) is not the name of a Kubernetes Secret; .*keep the values themselves out/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
