import type { Socket } from 'node:net';
import { decodeReply, encodeCommand, RedisReplyError, type Reply } from './resp.ts';
import { openSocket, ServerConnectError, type ServerPlace } from './socket.ts';

interface ConnectOptions {
  readonly signal?: AbortSignal;
}

/** The connection was lost while an answer was waited for. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

/** A connection for commands, let in. Several may be asked at once; the answers come in their order. */
export class RedisConnection {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', this.#receive);
    socket.on('error', (cause) => this.#fail(lost(cause.message, cause)));
    socket.on('close', () => this.#fail(lost('the server closed it')));
  }

  /** @throws ServerConnectError also if the server does not let us in */
  static async connect(
    place: ServerPlace,
    { signal }: ConnectOptions = {},
  ): Promise<RedisConnection> {
    const connection = new RedisConnection(await openSocket(place, signal));
    try {
      if (!('path' in place) && place.password !== undefined) {
        const { user, password } = place;
        await connection.command('AUTH', ...(user === undefined ? [] : [user]), password);
      }
      return connection;
    } catch (cause) {
      connection.close();
      signal?.throwIfAborted();
      throw refusedEntry(cause);
    }
  }

  /** @throws RedisReplyError, ConnectionLostError */
  command(...args: readonly (string | Buffer)[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(lost('it is closed'));
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#socket.write(encodeCommand(args));
    });
  }

  /**
   * Sends a last command and gives the connection to somebody who reads the answer in another way. No other answer may
   * be waited for.
   */
  handOver(command: readonly string[]): Socket {
    this.#socket.removeListener('data', this.#receive);
    this.#socket.pause();
    this.#socket.write(encodeCommand(command));
    return this.#socket;
  }

  close(): void {
    this.#socket.destroy();
  }

  readonly #receive = (chunk: Buffer): void => {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    let at = 0;
    try {
      while (at < this.#received.length) {
        const decoded = decodeReply(this.#received, at);
        if (!decoded) break;
        at = decoded.end;
        const waiting = this.#waiting.shift();
        if (decoded.value instanceof RedisReplyError) waiting?.reject(decoded.value);
        else waiting?.resolve(decoded.value);
      }
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : undefined);
    }
    this.#received = this.#received.subarray(at);
  };

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

const lost = (found: string, cause?: Error): ConnectionLostError =>
  new ConnectionLostError(`the connection to Redis was lost: ${found}`, { cause });

function refusedEntry(cause: unknown): unknown {
  if (!(cause instanceof RedisReplyError)) return cause;
  const remedy =
    cause.code === 'WRONGPASS'
      ? 'check the user name and the password in the credentials'
      : 'the server asks for no password: leave the credentials out, or set requirepass';
  return new ServerConnectError(`Redis does not let us in: ${cause.message}; ${remedy}`, { cause });
}

/** An answer as text. */
export function textOf(reply: Reply): string {
  return Buffer.isBuffer(reply) ? reply.toString('utf8') : String(reply);
}
