import type { Duplex } from 'node:stream';
import { ReadingSocket } from './reading-socket.ts';

/** CopyData, as it stands in the first byte of a message. */
const COPY_DATA = 0x64;
/** One byte of kind and four of length; the length counts itself. */
const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;

/**
 * Takes the CopyData messages out of a connection's bytes before the client of `pg` sees them, and hands everything
 * else on. The client's parser allocates and copies two to three times what it receives; this copies only the messages
 * that the network cut in two, into memory that it keeps.
 */
export class CopyTap {
  /** Is given each message's content, without its header, for the time of the call only; must not throw. */
  receiver: ((message: Buffer) => void) | undefined;
  readonly #stream: Duplex;
  readonly #client: readonly unknown[];
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  /** A CopyData message of which a part has arrived: a view of `#scratch`. */
  #partial: Buffer | undefined;
  #partialBytes = 0;
  #scratch = Buffer.alloc(0);
  /** Bytes of another message that are still to come. */
  #foreign = 0;

  /** @param stream of a client that has connected and waits for a command */
  constructor(stream: Duplex) {
    this.#stream = stream;
    this.#client = stream.listeners('data');
    stream.removeAllListeners('data');
    if (stream instanceof ReadingSocket) stream.lendsMemory = true;
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  #read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#foreign > 0) at = this.#pass(chunk, at);
      else if (this.#partial) at = this.#fill(this.#partial, chunk, at);
      else at = this.#begin(chunk, at);
    }
  }

  /** A message's header, which may arrive in pieces. */
  #begin(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#header, this.#headerBytes, at);
    this.#headerBytes += copied;
    if (this.#headerBytes < HEADER_BYTES) return at + copied;
    this.#headerBytes = 0;
    const from = at + copied;
    const length = this.#header.readUInt32BE(1) - LENGTH_BYTES;
    if (this.#header[0] !== COPY_DATA) {
      this.#foreign = length;
      this.#forward(this.#header);
      return from;
    }
    if (from + length <= chunk.length) {
      this.receiver?.(chunk.subarray(from, from + length));
      return from + length;
    }
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(length);
    this.#partial = this.#scratch.subarray(0, length);
    this.#partialBytes = 0;
    return from;
  }

  #fill(partial: Buffer, chunk: Buffer, at: number): number {
    const copied = chunk.copy(partial, this.#partialBytes, at);
    this.#partialBytes += copied;
    if (this.#partialBytes === partial.length) {
      this.#partial = undefined;
      this.receiver?.(partial);
    }
    return at + copied;
  }

  #pass(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#foreign);
    this.#foreign -= end - at;
    this.#forward(chunk.subarray(at, end));
    return end;
  }

  /** The client's parser keeps what it cannot use yet. */
  #forward(bytes: Buffer): void {
    for (const listener of this.#client) {
      if (typeof listener === 'function') listener.call(this.#stream, Buffer.from(bytes));
    }
  }
}
