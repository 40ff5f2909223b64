import type { Duplex } from 'node:stream';
import type { CopyHandler } from './copy-command.ts';
import { type Lsn, parseLsn } from './lsn.ts';
import { ReceiveQueue } from './receive-queue.ts';

/** A tablespace outside of the data directory. */
export interface Tablespace {
  readonly oid: string;
  /** Directory on the server. */
  readonly location: string;
}

/** What BASE_BACKUP sends, in this order: start, then per archive its name and its data, the manifest, end. */
export type BaseBackupEvent =
  | {
      readonly type: 'start';
      readonly lsn: Lsn;
      readonly timeline: number;
      readonly tablespaces: readonly Tablespace[];
      /** The server's estimate of all archives' bytes. */
      readonly estimatedBytes: number;
    }
  /** A tar archive begins: `base.tar` or `<oid>.tar`. */
  | { readonly type: 'archive'; readonly name: string }
  /** Bytes of the archive or of the manifest that began last; give them back with `release`. */
  | { readonly type: 'data'; readonly data: Buffer }
  | { readonly type: 'manifest' }
  | { readonly type: 'end'; readonly lsn: Lsn; readonly timeline: number };

interface BaseBackupStreamOptions {
  /** Cuts the connection. */
  readonly cut: () => void;
  readonly explain: (error: Error) => unknown;
}

/** The server sends 32 KiB at a time; larger pieces cost less on the way through digests and into the store. */
const PIECE_BYTES = 256 * 1024;

/** A base backup for one consumer; the socket is paused while it is busy. Leaving early cuts the connection. */
export class BaseBackupStream implements AsyncIterable<BaseBackupEvent>, CopyHandler {
  readonly #options: BaseBackupStreamOptions;
  readonly #queue: ReceiveQueue<BaseBackupEvent>;
  #position: { lsn: Lsn; timeline: number } | undefined;
  #tablespaces: Tablespace[] = [];
  #estimatedBytes = 0;
  #startSent = false;
  #piece: Buffer | undefined;
  #filled = 0;
  /** Pieces that nobody needs any more. Without them memory would wait for the garbage collector. */
  readonly #free: Buffer[] = [];

  constructor(options: BaseBackupStreamOptions) {
    this.#options = options;
    this.#queue = new ReceiveQueue(() => options.cut());
  }

  [Symbol.asyncIterator](): AsyncIterator<BaseBackupEvent, undefined> {
    return this.#queue;
  }

  /** The data of an event is no longer needed: its memory is used again. */
  release(data: Buffer): void {
    if (data.buffer.byteLength === PIECE_BYTES) this.#free.push(Buffer.from(data.buffer));
  }

  started(stream: Duplex): void {
    this.#queue.source = stream;
  }

  row(set: number, fields: readonly (string | null)[]): void {
    const [first, second, third] = fields;
    if (set !== 1) {
      this.#position = { lsn: parseLsn(String(first)), timeline: Number(second) };
      return;
    }
    // Sizes are in KiB. The data directory itself has no oid and no location.
    this.#estimatedBytes += Number(third ?? 0) * 1024;
    if (typeof first === 'string' && typeof second === 'string') {
      this.#tablespaces.push({ oid: first, location: second });
    }
  }

  data(chunk: Buffer): void {
    switch (chunk[0]) {
      case 0x64 /* d */:
        this.#append(chunk);
        return;
      case 0x6e /* n */:
        this.#flush();
        this.#start();
        this.#push({ type: 'archive', name: chunk.toString('utf8', 1, chunk.indexOf(0, 1)) });
        return;
      case 0x6d /* m */:
        this.#flush();
        this.#push({ type: 'manifest' });
        return;
      default: // p: progress, of which we count more exactly what has arrived
    }
  }

  copyDone(): void {
    this.#flush();
    this.#position = undefined;
  }

  completed(): void {
    if (this.#position) this.#push({ type: 'end', ...this.#position });
    this.#queue.end();
  }

  failed(error: Error): void {
    this.#queue.fail(this.#options.explain(error));
  }

  #start(): void {
    if (this.#startSent || !this.#position) return;
    this.#startSent = true;
    this.#push({
      type: 'start',
      ...this.#position,
      tablespaces: this.#tablespaces,
      estimatedBytes: this.#estimatedBytes,
    });
  }

  /** Copies what follows the byte of kind: the message's memory is used again. */
  #append(message: Buffer): void {
    let from = 1;
    while (from < message.length) {
      this.#piece ??= this.#free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
      const copied = message.copy(this.#piece, this.#filled, from);
      this.#filled += copied;
      from += copied;
      if (this.#filled === PIECE_BYTES) this.#flush();
    }
  }

  #flush(): void {
    if (!this.#piece) return;
    const data = this.#piece.subarray(0, this.#filled);
    this.#piece = undefined;
    this.#filled = 0;
    this.#push({ type: 'data', data });
  }

  #push(event: BaseBackupEvent): void {
    this.#queue.push(event, event.type === 'data' ? event.data.length : 0);
  }
}
