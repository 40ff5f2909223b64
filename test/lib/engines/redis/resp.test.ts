import { decodeReply, encodeCommand, RedisReplyError } from '../../../../lib/engines/redis/resp.ts';

test('a command is sent with the length of each of its words in bytes', () => {
  const command = encodeCommand(['SET', 'schön', Buffer.of(0, 255)]);
  expect(command.toString('latin1')).toBe('*3\r\n$3\r\nSET\r\n$6\r\nschÃ¶n\r\n$2\r\n\x00ÿ\r\n');
});

test.each([
  ['a line', '+OK\r\n', 'OK'],
  ['a number', ':-12\r\n', -12],
  ['a string', '$2\r\na\n\r\n', Buffer.from('a\n')],
  ['an empty string', '$0\r\n\r\n', Buffer.alloc(0)],
  ['nothing', '$-1\r\n', null],
  ['no list', '*-1\r\n', null],
  ['a list of lists', '*2\r\n*1\r\n:1\r\n$1\r\nx\r\n', [[1], Buffer.from('x')]],
  [
    'an error',
    '-NOAUTH Authentication required.\r\n',
    new RedisReplyError('NOAUTH Authentication required.'),
  ],
])('%s is understood, and only as a whole', (_what, text, value) => {
  const bytes = Buffer.from(`${text}+behind\r\n`);
  expect(decodeReply(bytes, 0)).toEqual({ value, end: text.length });
  for (let length = 0; length < text.length; length++) {
    expect(decodeReply(bytes.subarray(0, length), 0)).toBeUndefined();
  }
});

test('an error has a code', () => {
  expect(new RedisReplyError('WRONGPASS invalid username-password pair').code).toBe('WRONGPASS');
});

test('another protocol is recognised', () => {
  expect(() => decodeReply(Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 0)).toThrow(
    'this is no answer of a Redis server: "HTTP/1.1 400 Bad Request"',
  );
});
