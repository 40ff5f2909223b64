import { AofFormatError } from '../../../../../lib/engines/redis/aof/errors.ts';
import { AofScanner } from '../../../../../lib/engines/redis/aof/scanner.ts';

const command = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

function scan(text: string, pieceBytes = text.length): AofScanner {
  const scanner = new AofScanner();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    scanner.push(bytes.subarray(at, at + pieceBytes));
  }
  return scanner;
}

const LOG = [
  '#TS:1795268163\r\n',
  command('SELECT', '0'),
  command('SET', 'a', 'x\r\n*1\r\n$5\r\nMULTI\r\n'),
  command('MULTI'),
  command('SET', 'b', ''),
  '#TS:1795268164\r\n',
  command('INCR', 'c'),
  command('EXEC'),
  command('SET', 'big', 'y'.repeat(5000)),
].join('');

test.each([1, 2, 3, 7, 64, 100_000])('ends of commands in pieces of %i bytes', (pieceBytes) => {
  const scanner = scan(LOG, pieceBytes);
  expect(scanner.boundary).toBe(Buffer.byteLength(LOG));
  expect(scanner.offset).toBe(scanner.boundary);
  expect(scanner.second).toBe(1_795_268_164);
});

test('what is not whole does not count', () => {
  const whole = command('SET', 'a', '1');
  for (let cut = 1; cut < LOG.length; cut++) {
    const { boundary } = scan(whole + LOG.slice(0, cut));
    expect(boundary).toBeLessThanOrEqual(whole.length + cut);
    expect(() => scan((whole + LOG).slice(0, boundary))).not.toThrow();
  }
  expect(scan(`${whole}*2\r\n$3\r\nDEL\r\n$1\r\na`).boundary).toBe(whole.length);
});

test('a transaction counts as one command', () => {
  const open = command('multi') + command('SET', 'b', '2');
  expect(scan(command('SET', 'a', '1') + open).boundary).toBe(command('SET', 'a', '1').length);
  expect(scan(open + command('exec')).boundary).toBe((open + command('exec')).length);
});

test('the value of a command is not taken for its name', () => {
  expect(scan(command('SET', 'MULTI', 'MULTI')).boundary).toBe(
    command('SET', 'MULTI', 'MULTI').length,
  );
});

test('an annotation dates what follows it, a transaction from its beginning', () => {
  const found: [number, number][] = [];
  const scanner = new AofScanner(0, (second, boundary) => found.push([second, boundary]));
  scanner.push(Buffer.from(LOG));
  expect(found).toEqual([
    [1_795_268_163, 0],
    [1_795_268_164, LOG.indexOf('*1\r\n$5\r\nMULTI', LOG.lastIndexOf('x\r\n') + 20)],
  ]);
});

test.each([
  ['zeros, as a crash of the machine leaves them', '\0'.repeat(64), /there is/],
  ['another format', 'REDIS0010\r\n', /"REDIS0010/],
  ['a length that is none', '*1\r\n$x\r\n', /"\$x/],
  ['an argument that is longer than it says', '*1\r\n$1\r\nab\r\n', /does not end/],
  ['a line without an end', `#${'x'.repeat(2000)}`, /a line without an end/],
  ['a line that ends like text', '*1\n', /where Redis would write something else/],
])('refuses %s', (_, text, message) => {
  const log = command('SET', 'a', '1') + text + '\r\n'.repeat(600);
  expect(() => scan(log)).toThrow(AofFormatError);
  expect(() => scan(log)).toThrow(message);
});
