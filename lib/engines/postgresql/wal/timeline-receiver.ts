import type { Lsn } from '../lsn.ts';
import type { TimelineEnd, WalStream } from '../wal-stream.ts';
import type { WalArchive } from './archive.ts';
import { filledTo, type Segment, SegmentAssembler } from './assembler.ts';
import { Buffers } from './buffers.ts';
import type { WalLedger } from './ledger.ts';
import type { WalPosition } from './resume.ts';
import { StoreQueue } from './store-queue.ts';

interface ReceiverOptions {
  readonly stream: WalStream;
  readonly start: WalPosition;
  readonly segmentSize: number;
  readonly archive: WalArchive;
  readonly ledger: WalLedger;
}

/** One segment fills up while the one before is stored. */
const SEGMENTS_IN_MEMORY = 2;

/**
 * Receives one timeline and stores it. The server is told that it may forget a segment only when the store has it
 * whole; while the store is slow the server has to wait.
 */
export class TimelineReceiver {
  readonly #options: ReceiverOptions;
  readonly #assembler: SegmentAssembler;
  readonly #buffers: Buffers;
  readonly #queue = new StoreQueue();
  readonly #abort = new AbortController();
  #awaited: { readonly lsn: Lsn; readonly reached: () => void } | undefined;
  #heard = performance.now();
  #busy = false;

  constructor(options: ReceiverOptions) {
    const { start, segmentSize } = options;
    this.#options = options;
    this.#buffers = new Buffers(SEGMENTS_IN_MEMORY, segmentSize);
    this.#assembler = new SegmentAssembler({
      timeline: start.timeline,
      start: start.lsn,
      segmentSize,
      takeBuffer: () => this.#buffers.take(),
    });
    this.#tell();
  }

  /** Rejects when something could not be stored at all. */
  get failed(): Promise<never> {
    return this.#queue.failed;
  }

  /** Milliseconds since the server was last heard; 0 while it is kept waiting. */
  get silence(): number {
    return this.#busy ? 0 : performance.now() - this.#heard;
  }

  /** Until the server ends the timeline, or the stream is stopped (undefined). */
  async receive(): Promise<TimelineEnd | undefined> {
    const { stream } = this.#options;
    for await (const message of stream) {
      this.#heard = performance.now();
      if (message.type !== 'wal') continue;
      this.#busy = true;
      for await (const segment of this.#assembler.push(message.start, message.data)) {
        // Not awaited: the next segment fills up meanwhile, in the other buffer. A failure is told by `failed`.
        this.#queue.add(() => this.#store(segment)).catch(() => undefined);
      }
      this.#busy = false;
      this.#heard = performance.now();
      if (this.#awaited && this.#assembler.position >= this.#awaited.lsn) this.#awaited.reached();
    }
    return stream.timelineEnd;
  }

  /** Fulfilled when everything before this position has arrived. One at a time. */
  arrival(lsn: Lsn): Promise<void> {
    if (this.#assembler.position >= lsn) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { lsn, reached: resolve };
    return promise;
  }

  /** Stores what has arrived of the unfinished segment, if that is more than the store has. */
  storeTail(): Promise<void> {
    return this.#queue.add(async () => {
      const { tail } = this.#assembler;
      if (!tail || filledTo(tail) <= this.#options.ledger.durable) return;
      this.#options.ledger.storedTo(await this.#options.archive.partial(tail, this.#abort.signal));
      this.#tell();
    });
  }

  /** Asks for an answer, so that a connection that has died without a word is noticed. */
  ping(): void {
    this.#tell(true);
  }

  /** Gives up what is being stored. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
    this.#buffers.close(reason);
  }

  async #store(segment: Segment): Promise<void> {
    const { archive, ledger } = this.#options;
    const sha256 = await archive.segment(segment, this.#abort.signal);
    ledger.segmentStored({ name: segment.name, sha256 }, filledTo(segment));
    this.#buffers.give(segment.bytes);
    this.#tell();
  }

  #tell(replyNow = false): void {
    const { stream, ledger } = this.#options;
    const written = this.#assembler.position;
    stream.sendStatus({ written, flushed: ledger.whole, applied: 0n, replyNow });
  }
}
