import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type pg from 'pg';

const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
const COPY_FAIL = 0x66;

/**
 * Runs one command of the replication protocol that takes a COPY stream from us, at the pace at which the server reads
 * it. The client of `pg` calls the `handle…` methods.
 */
export class CopyInCommand implements pg.Submittable {
  readonly #text: string;
  readonly #body: AsyncIterable<Uint8Array>;
  readonly #done = Promise.withResolvers<void>();
  #stream: Duplex | undefined;
  #refused = false;
  /** Why the body could not be read to its end. */
  #broken: { readonly error: unknown } | undefined;

  constructor(text: string, body: AsyncIterable<Uint8Array>) {
    this.#text = text;
    this.#body = body;
  }

  /** Fulfilled once the server has taken everything. @throws the body's own error, or else the server's */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  submit(connection: pg.Connection): void {
    this.#stream = connection.stream;
    connection.query(this.#text);
  }

  handleCopyInResponse(): void {
    void this.#send();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#done.resolve();
  }

  handleError(error: Error): void {
    this.#refused = true;
    this.#done.reject(this.#broken ? this.#broken.error : error);
  }

  async #send(): Promise<void> {
    const stream = this.#stream;
    if (!stream) return;
    try {
      for await (const chunk of this.#body) {
        if (stream.destroyed || this.#refused) return;
        stream.write(header(COPY_DATA, chunk.byteLength));
        if (!stream.write(chunk))
          await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
      }
      stream.write(COPY_DONE);
    } catch (error) {
      this.#broken = { error };
      // The server answers with an error and is ready for the next command.
      const reason = Buffer.from('it cannot be read\0');
      stream.write(header(COPY_FAIL, reason.length));
      stream.write(reason);
    }
  }
}

/** The length counts itself. */
function header(kind: number, length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = kind;
  bytes.writeUInt32BE(length + 4, 1);
  return bytes;
}
