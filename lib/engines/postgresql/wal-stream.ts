import type { Duplex } from 'node:stream';
import type { CopyHandler } from './copy-command.ts';
import { type Lsn, parseLsn } from './lsn.ts';
import { ReceiveQueue } from './receive-queue.ts';
import {
  COPY_DONE,
  decodeWalMessage,
  encodeStatus,
  type WalMessage,
  type WalStatus,
} from './wal-messages.ts';

/** The server ended the timeline that it streamed. */
export interface TimelineEnd {
  readonly nextTimeline: number;
  /** The next timeline starts here. */
  readonly switchLsn: Lsn;
}

interface WalStreamOptions {
  /** The status is repeated this often, so that the server does not give the receiver up. Milliseconds. */
  readonly statusInterval: number;
  /** Cuts the connection. */
  readonly cut: () => void;
  readonly explain: (error: Error) => unknown;
}

/**
 * WAL as it is written, for one consumer. The socket is paused while the consumer is busy; the server still hears
 * from us. The iteration ends when the timeline ends (then `timelineEnd` is set) or after `stop`; it throws when
 * the connection ends in any other way. Leaving it early cuts the connection.
 */
export class WalStream implements AsyncIterable<WalMessage>, CopyHandler {
  /** Set when the iteration has ended because the server's timeline has. */
  timelineEnd: TimelineEnd | undefined;
  // Position 0 says "nothing known": the server then keeps the slot where it is.
  #status: WalStatus = { written: 0n, flushed: 0n, applied: 0n };
  #stream: Duplex | undefined;
  #done = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #options: WalStreamOptions;
  readonly #queue: ReceiveQueue<WalMessage>;

  constructor(options: WalStreamOptions) {
    this.#options = options;
    this.#queue = new ReceiveQueue(() => options.cut());
  }

  [Symbol.asyncIterator](): AsyncIterator<WalMessage, undefined> {
    return this.#queue;
  }

  /** Tells the server how far we are; it is repeated until the next call. */
  sendStatus(status: WalStatus & { readonly replyNow?: boolean }): void {
    this.#status = status;
    this.#send(status.replyNow ?? false);
  }

  /** Ends the stream from our side: what is on its way still arrives, then the iteration ends. */
  stop(): void {
    if (this.#done || !this.#stream) return;
    this.#done = true;
    clearInterval(this.#timer);
    this.#stream.write(COPY_DONE);
  }

  started(stream: Duplex): void {
    this.#stream = stream;
    this.#queue.source = stream;
    this.#timer = setInterval(() => this.#send(false), this.#options.statusInterval);
  }

  data(chunk: Buffer): void {
    const message = decodeWalMessage(chunk);
    if (message.type === 'keepalive' && message.replyRequested) this.#send(false);
    this.#queue.push(message, chunk.length);
  }

  copyDone(): void {
    this.stop();
  }

  row(_set: number, fields: readonly (string | null)[]): void {
    const [timeline, lsn] = fields;
    if (typeof timeline !== 'string' || typeof lsn !== 'string') return;
    this.timelineEnd = { nextTimeline: Number(timeline), switchLsn: parseLsn(lsn) };
  }

  completed(): void {
    this.#finish();
    this.#queue.end();
  }

  failed(error: Error): void {
    this.#finish();
    this.#queue.fail(this.#options.explain(error));
  }

  #finish(): void {
    this.#done = true;
    clearInterval(this.#timer);
  }

  #send(replyNow: boolean): void {
    if (this.#done || !this.#stream?.writable) return;
    this.#stream.write(encodeStatus(this.#status, new Date(), replyNow));
  }
}
