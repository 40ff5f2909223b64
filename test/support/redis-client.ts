import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** What Redis answers; strings are bytes, errors are thrown. */
export type Reply = Buffer | string | number | null | Reply[];

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** PEM of the authority; then the connection is encrypted. */
  readonly ca?: string;
}

export type Argument = string | number | Uint8Array;

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** Commands that are written at once. */
const BATCH = 1000;

/** A reply goes on after what was received; at least up to `needed`. */
class Incomplete extends Error {
  readonly needed: number;
  constructor(needed: number) {
    super('incomplete');
    this.needed = needed;
  }
}

/** Redis refused a command. */
class RedisReplyError extends Error {
  override readonly name = 'RedisReplyError';
}

/** One connection of the tests' own; replies come in the order of the commands. */
export class RedisClient {
  readonly #socket: Socket;
  /** Those before `#answered` have their reply: taking the first of a million away would move all others. */
  #waiting: (Waiting | undefined)[] = [];
  #answered = 0;
  #chunks: Buffer[] = [];
  #received = 0;
  #needed = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('Redis closed the connection')));
  }

  /** @throws where nobody listens or the password is refused */
  static async connect(address: RedisAddress): Promise<RedisClient> {
    const { host, port, ca, username, password } = address;
    const socket = ca === undefined ? connect({ host, port }) : connectTls({ host, port, ca });
    await once(socket, ca === undefined ? 'connect' : 'secureConnect');
    const client = new RedisClient(socket);
    if (password !== undefined) {
      await client.send(['AUTH', ...(username === undefined ? [] : [username]), password]);
    }
    return client;
  }

  send(command: readonly Argument[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(encode(command));
    });
  }

  /** All replies, in the order of the commands. @throws the first refusal */
  async pipeline(commands: Iterable<readonly Argument[]>): Promise<Reply[]> {
    const replies: Promise<Reply>[] = [];
    let batch: Buffer[] = [];
    const flush = async () => {
      const written = this.#socket.write(Buffer.concat(batch));
      batch = [];
      if (!written) await Promise.race([once(this.#socket, 'drain'), once(this.#socket, 'close')]);
    };
    for (const command of commands) {
      const reply = new Promise<Reply>((resolve, reject) =>
        this.#waiting.push({ resolve, reject }),
      );
      // Whoever waits for the replies sees it; until then it is not unheard of.
      reply.catch(() => undefined);
      replies.push(reply);
      batch.push(encode(command));
      if (batch.length === BATCH) await flush();
    }
    if (batch.length > 0) await flush();
    return Promise.all(replies);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#received < this.#needed) return;
    const data = Buffer.concat(this.#chunks);
    let at = 0;
    try {
      while (at < data.length) {
        const [reply, next] = parse(data, at);
        at = next;
        this.#answer(reply);
      }
      this.#needed = 0;
    } catch (error) {
      if (!(error instanceof Incomplete)) throw error;
      this.#needed = error.needed - at;
    }
    this.#chunks = at < data.length ? [data.subarray(at)] : [];
    this.#received = data.length - at;
  }

  #answer(reply: Reply | RedisReplyError): void {
    const waiting = this.#waiting[this.#answered];
    this.#waiting[this.#answered++] = undefined;
    if (this.#answered === this.#waiting.length) {
      this.#waiting = [];
      this.#answered = 0;
    }
    if (reply instanceof Error) waiting?.reject(reply);
    else waiting?.resolve(reply);
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.splice(this.#answered)) waiting?.reject(error);
  }
}

function encode(command: readonly Argument[]): Buffer {
  const parts = [Buffer.from(`*${command.length}\r\n`)];
  for (const argument of command) {
    const bytes = argument instanceof Uint8Array ? argument : Buffer.from(String(argument));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), Buffer.from(bytes), Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** Of RESP2, from `at`: the reply and where the next begins. */
function parse(data: Buffer, at: number): [Reply | RedisReplyError, number] {
  const end = data.indexOf('\r\n', at);
  if (end === -1) throw new Incomplete(data.length + 1);
  const line = data.toString('utf8', at + 1, end);
  const next = end + 2;
  const type = data.toString('latin1', at, at + 1);
  if (type === '+') return [line, next];
  if (type === '-') return [new RedisReplyError(line), next];
  if (type === ':') return [Number(line), next];
  const length = Number(line);
  if (length === -1) return [null, next];
  if (type === '$') {
    if (data.length < next + length + 2) throw new Incomplete(next + length + 2);
    return [Buffer.from(data.subarray(next, next + length)), next + length + 2];
  }
  if (type !== '*') throw new Error(`Redis answered ${JSON.stringify(type + line)}`);
  return parseAll(data, next, length);
}

function parseAll(data: Buffer, from: number, count: number): [Reply, number] {
  const replies: Reply[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    const [reply, next] = parse(data, at);
    if (reply instanceof Error) throw reply;
    replies.push(reply);
    at = next;
  }
  return [replies, at];
}
