/** What a server answers, in RESP2. Binary strings are buffers. */
export type Reply = string | number | Buffer | null | readonly Reply[];

/** The server refused a command; the message is its own. */
export class RedisReplyError extends Error {
  override readonly name = 'RedisReplyError';

  /** Its first word, such as `NOAUTH`. */
  get code(): string {
    return this.message.split(' ', 1)[0] ?? '';
  }
}

/** A command as the server reads it. */
export function encodeCommand(args: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = typeof arg === 'string' ? Buffer.from(arg) : arg;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** A reply and where it ends. */
interface Decoded {
  readonly value: Reply | RedisReplyError;
  readonly end: number;
}

/** The reply that begins at `at`; undefined if it is not there as a whole. @throws TypeError for what is no reply */
export function decodeReply(bytes: Buffer, at: number): Decoded | undefined {
  const lineEnd = bytes.indexOf('\r\n', at);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return { value: line, end };
    case '-':
      return { value: new RedisReplyError(line), end };
    case ':':
      return { value: Number(line), end };
    case '$':
      return bulk(bytes, end, Number(line));
    case '*':
      return array(bytes, end, Number(line));
    default:
      throw new TypeError(
        `this is no answer of a Redis server: ${JSON.stringify(bytes.toString('utf8', at, lineEnd).slice(0, 60))}`,
      );
  }
}

function bulk(bytes: Buffer, at: number, length: number): Decoded | undefined {
  if (length < 0) return { value: null, end: at };
  const end = at + length + 2;
  // A copy: what was received goes on to be used.
  return bytes.length < end
    ? undefined
    : { value: Buffer.from(bytes.subarray(at, at + length)), end };
}

function array(bytes: Buffer, at: number, length: number): Decoded | undefined {
  if (length < 0) return { value: null, end: at };
  const values: Reply[] = [];
  let end = at;
  while (values.length < length) {
    const next = decodeReply(bytes, end);
    if (!next) return undefined;
    if (next.value instanceof RedisReplyError) throw next.value;
    values.push(next.value);
    end = next.end;
  }
  return { value: values, end };
}
