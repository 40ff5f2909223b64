import type { Socket } from 'node:net';
import { SnapshotError } from './snapshot-error.ts';

/** A server that forks or waits sends an empty line every ten seconds; it is gone when nothing comes for longer. */
const SILENCE_MS = 120_000;

/**
 * What a server sends, for one reader. While the reader is busy nothing is read, so that the server waits; only time
 * that is spent waiting for the server counts as its silence.
 */
export class Incoming {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #silence: NodeJS.Timeout;
  #held: Buffer = Buffer.alloc(0);
  #waiting = false;
  #leftAt: number | undefined;
  #longestPauseMs = 0;

  constructor(socket: Socket, silenceMs = SILENCE_MS) {
    this.#chunks = socket[Symbol.asyncIterator]();
    this.#silence = setTimeout(() => {
      if (!this.#waiting) return;
      socket.destroy(
        new SnapshotError(`the server has sent nothing for ${silenceMs / 1000} s; look at its log`),
      );
    }, silenceMs);
  }

  /** How long the server had to wait for the reader, where that may be why it gave up; else empty. */
  get pauseText(): string {
    const seconds = Math.round(this.#longestPauseMs / 1000);
    return seconds === 0
      ? ''
      : `; it had to wait up to ${seconds} s for the store, which repl-timeout limits`;
  }

  /** The next bytes; undefined when the server has closed the connection. */
  async chunk(): Promise<Buffer | undefined> {
    if (this.#held.length > 0) {
      const held = this.#held;
      this.#held = Buffer.alloc(0);
      return held;
    }
    if (this.#leftAt !== undefined) {
      this.#longestPauseMs = Math.max(this.#longestPauseMs, performance.now() - this.#leftAt);
    }
    this.#waiting = true;
    this.#silence.refresh();
    const { value, done } = await this.#chunks.next();
    this.#waiting = false;
    this.#leftAt = performance.now();
    return done ? undefined : value;
  }

  /** The next line that is not empty: a server that is not ready yet sends empty ones. Undefined at the end. */
  async line(): Promise<string | undefined> {
    let line = Buffer.alloc(0);
    for (;;) {
      const chunk = await this.chunk();
      if (chunk === undefined) return undefined;
      const all = Buffer.concat([line, chunk]);
      const start = all.findIndex((byte) => byte !== 0x0a && byte !== 0x0d);
      const end = start < 0 ? -1 : all.indexOf(0x0a, start);
      if (end >= 0) {
        this.#held = all.subarray(end + 1);
        return all.toString('utf8', start, end).trimEnd();
      }
      line = start < 0 ? Buffer.alloc(0) : all;
      if (line.length > LONGEST_LINE) {
        throw new SnapshotError('what the server sends is no line of the replication protocol');
      }
    }
  }

  end(): void {
    clearTimeout(this.#silence);
  }
}

const LONGEST_LINE = 4096;
