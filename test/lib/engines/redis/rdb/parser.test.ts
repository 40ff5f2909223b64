import { Crc64 } from '../../../../../lib/engines/redis/rdb/crc64.ts';
import { RdbParser, type RdbSummary } from '../../../../../lib/engines/redis/rdb/parser.ts';

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const string = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), text(value)]);
const KEY = string('key');

/** A file of these parts, with its end mark and its checksum. */
function rdb(parts: readonly Uint8Array[], { version = '0010', checksum = true } = {}): Buffer {
  const body = Buffer.concat([text(`REDIS${version}`), ...parts, Buffer.of(0xff)]);
  const crc = new Crc64();
  crc.update(body);
  const sum = Buffer.alloc(8);
  if (checksum) sum.writeBigUInt64LE(BigInt(`0x${crc.digest()}`));
  return Buffer.concat([body, sum]);
}

/** @param size of the chunks that it comes in */
function parse(file: Uint8Array, size = file.length): RdbSummary {
  const parser = new RdbParser();
  for (let at = 0; at < file.length; at += size) {
    const chunk = Uint8Array.from(file.subarray(at, at + size));
    parser.feed(chunk);
    // What was given is used again, as a socket's buffer is.
    chunk.fill(0xee);
  }
  return parser.end();
}

test('the checksum is that of Redis', () => {
  const crc = new Crc64();
  for (const part of ['123', '456789']) crc.update(text(part));
  // The check value in src/crc64.c.
  expect(crc.digest()).toBe('e9c6d914c4b8d9ca');
});

/** One value of each layout, by the number of its type: what a parser must find the end of. */
const VALUES: readonly [name: string, type: number, counted: string, value: Buffer][] = [
  ['a string', 0, 'string', string('value')],
  ['an empty string', 0, 'string', string('')],
  [
    'a string of two bytes of length',
    0,
    'string',
    Buffer.concat([Buffer.of(0x41, 0), Buffer.alloc(256)]),
  ],
  [
    'a string of four bytes of length',
    0,
    'string',
    Buffer.concat([Buffer.of(0x80, 0, 1, 0, 0), Buffer.alloc(65_536, 0xff)]),
  ],
  [
    'a string of eight bytes of length',
    0,
    'string',
    Buffer.concat([Buffer.of(0x81, 0, 0, 0, 0, 0, 0, 0, 3), text('abc')]),
  ],
  ['an integer of one byte', 0, 'string', Buffer.of(0xc0, 0xff)],
  ['an integer of two bytes', 0, 'string', Buffer.of(0xc1, 0xff, 0xff)],
  ['an integer of four bytes', 0, 'string', Buffer.of(0xc2, 0xff, 0xff, 0xff, 0xff)],
  [
    'a compressed string',
    0,
    'string',
    Buffer.concat([Buffer.of(0xc3, 4, 0x42, 0), Buffer.of(0xff, 0xfe, 0xfd, 0xfc)]),
  ],
  ['a list', 1, 'list', Buffer.concat([Buffer.of(2), string('a'), Buffer.of(0xc0, 7)])],
  ['a set', 2, 'set', Buffer.concat([Buffer.of(2), string('a'), string('b')])],
  [
    'a sorted set of text scores',
    3,
    'zset',
    Buffer.concat([
      Buffer.of(3),
      string('a'),
      string('1.5'),
      string('b'),
      Buffer.of(254),
      string('c'),
      Buffer.of(253),
    ]),
  ],
  ['a hash', 4, 'hash', Buffer.concat([Buffer.of(1), string('field'), string('value')])],
  ['a sorted set', 5, 'zset', Buffer.concat([Buffer.of(1), string('a'), Buffer.alloc(8, 0xff)])],
  [
    'a module’s value',
    7,
    'module',
    Buffer.concat([
      Buffer.of(0x81, 1, 2, 3, 4, 5, 6, 7, 8),
      Buffer.of(1, 5, 2, 6),
      Buffer.concat([Buffer.of(3), Buffer.alloc(4, 0xff), Buffer.of(4), Buffer.alloc(8, 0xff)]),
      Buffer.concat([Buffer.of(5), string('text'), Buffer.of(0)]),
    ]),
  ],
  ['an old small hash', 9, 'hash', string('zipmap')],
  ['an old small list', 10, 'list', string('ziplist')],
  ['a set of integers', 11, 'set', string('intset')],
  ['an old small sorted set', 12, 'zset', string('ziplist')],
  ['a later small hash', 13, 'hash', string('ziplist')],
  ['an old quick list', 14, 'list', Buffer.concat([Buffer.of(2), string('zl'), string('zl')])],
  ['a small hash', 16, 'hash', string('listpack')],
  ['a small sorted set', 17, 'zset', string('listpack')],
  [
    'a quick list',
    18,
    'list',
    Buffer.concat([Buffer.of(2, 1), string('x'), Buffer.of(2), string('lp')]),
  ],
  ['a small set', 20, 'set', string('listpack')],
  ['a stream of 5.0', 15, 'stream', stream(1)],
  ['a stream of 7.0', 19, 'stream', stream(2)],
  ['a stream of 7.2', 21, 'stream', stream(3)],
  [
    'a hash with expiring fields',
    24,
    'hash',
    Buffer.concat([Buffer.alloc(8, 1), Buffer.of(1, 9), string('field'), string('value')]),
  ],
  [
    'a small hash with expiring fields',
    25,
    'hash',
    Buffer.concat([Buffer.alloc(8, 1), string('lp')]),
  ],
];

/** One node, one group with one pending entry and one consumer. */
function stream(version: number): Buffer {
  const added = (since: number, ...bytes: number[]) =>
    Buffer.of(...(version >= since ? bytes : []));
  return Buffer.concat([
    ...[Buffer.of(1), string('0123456789abcdef'), string('listpack')],
    ...[Buffer.of(1, 7, 0), added(2, 1, 0, 0, 0, 9)],
    ...[Buffer.of(1), string('group'), Buffer.of(7, 0), added(2, 3)],
    ...[Buffer.of(1), Buffer.alloc(16, 0xff), Buffer.alloc(8, 0xff), Buffer.of(2)],
    ...[Buffer.of(1), string('consumer'), Buffer.alloc(8, 0xff)],
    ...[
      version >= 3 ? Buffer.alloc(8, 0xff) : Buffer.alloc(0),
      Buffer.of(1),
      Buffer.alloc(16, 0xff),
    ],
  ]);
}

describe.each([1, 2, 3, 7, 1_000_000])('in chunks of %i bytes', (size) => {
  test.each(VALUES)('%s ends where it ends', (_name, type, counted, value) => {
    const second = Buffer.concat([Buffer.of(0), KEY, string('behind it')]);
    const file = rdb([Buffer.of(0xfe, 0), Buffer.of(type), KEY, value, second], {
      version: '0012',
    });
    const { counts, keys } = parse(file, size);
    expect(keys).toBe(2);
    expect(counts).toEqual(
      counted === 'string'
        ? { 'db0.keys': 2, 'db0.string': 2 }
        : { 'db0.keys': 2, 'db0.string': 1, [`db0.${counted}`]: 1 },
    );
  });
});

test('what stands between the keys is told or passed over', () => {
  const aux = (name: string, value: Buffer) =>
    Buffer.concat([Buffer.of(0xfa), string(name), value]);
  const file = rdb([
    aux('redis-ver', string('7.0.15')),
    aux('ctime', Buffer.of(0xc2, 0x10, 0x20, 0x30, 0x40)),
    aux('long', Buffer.concat([Buffer.of(0x44, 0), Buffer.alloc(1024)])),
    Buffer.concat([Buffer.of(0xf7), Buffer.of(9, 2, 1, 5), string('of a module'), Buffer.of(0)]),
    Buffer.concat([Buffer.of(0xf5), string('#!lua name=shop')]),
    Buffer.of(0xfe, 3, 0xfb, 2, 1),
    Buffer.concat([Buffer.of(0xf4, 1, 1, 0)]),
    Buffer.concat([
      Buffer.of(0xfc),
      Buffer.alloc(8, 0xff),
      Buffer.of(0xf8, 5, 0),
      KEY,
      string('a'),
    ]),
    Buffer.concat([
      Buffer.of(0xfd),
      Buffer.alloc(4, 0xff),
      Buffer.of(0xf9, 5, 0),
      KEY,
      string('b'),
    ]),
  ]);
  const summary = parse(file);
  expect(summary).toMatchObject({ version: 10, bytes: file.length, checksummed: true, keys: 2 });
  expect(summary.counts).toEqual({
    'db3.expires': 2,
    'db3.keys': 2,
    'db3.string': 2,
    functions: 1,
  });
  expect([...summary.aux]).toEqual([
    ['redis-ver', '7.0.15'],
    ['ctime', String(0x40302010)],
  ]);
});

test('a file without a checksum says so', () => {
  expect(parse(rdb([], { checksum: false })).checksummed).toBe(false);
});

describe('is refused:', () => {
  const whole = rdb([Buffer.of(0xfe, 0, 0), KEY, string('value')]);
  test.each([
    [
      'a file that is cut in a value',
      whole.subarray(0, -14),
      /it ends after 17 bytes, in the middle/,
    ],
    ['a file that is cut before its checksum', whole.subarray(0, -1), /in the middle/],
    ['nothing', Buffer.alloc(0), /it ends after 0 bytes/],
    ['something behind the end', Buffer.concat([whole, Buffer.of(0)]), /something follows its end/],
    ['something else', text('PK\x03\x04 a zip file'), /it begins with "PK\\u0003\\u0004 a zi"/],
    [
      'a newer format',
      rdb([], { version: '0013' }),
      /version 13 of the format, and 12 is the newest/,
    ],
    ['an unknown type', rdb([Buffer.of(6), KEY]), /the unknown type 6 begins \(at byte 10\)/],
    [
      'a count that is none',
      rdb([Buffer.of(1), KEY, Buffer.of(0xc0, 0)]),
      /a count is encoded as no count can be/,
    ],
    [
      'an encoding that does not exist',
      rdb([Buffer.of(0), Buffer.of(0xc9)]),
      /an encoding that does not exist/,
    ],
  ])('%s', (_what, file, message) => {
    expect(() => parse(file, 5)).toThrow(message);
    expect(() => parse(file, Math.max(1, file.length))).toThrow(message);
  });

  test.each([...whole.keys()].slice(9))('byte %i altered', (at) => {
    const altered = Buffer.from(whole);
    altered.writeUInt8(altered.readUInt8(at) ^ 0x04, at);
    expect(() => parse(altered)).toThrow();
  });
});
