import { randomBytes } from 'node:crypto';
import { partialName } from '../../../catalog/wal.ts';
import type { ServerAddress } from '../connection.ts';
import { type Lsn, segmentStart } from '../lsn.ts';
import { ReplicationConnection } from '../replication.ts';
import type { WalStream } from '../wal-stream.ts';
import { filledTo, SegmentAssembler } from './assembler.ts';
import { parseSegmentSize } from './segment-size.ts';

/** A file of pg_wal. */
export interface WalFile {
  /** `000000010000000000000003`, `00000002.history`, or `….partial-<position>`: the beginning of a segment, padded with zeros. */
  readonly name: string;
  /** Belongs to the receiver only until its promise is fulfilled; then the memory is used again. */
  readonly bytes: Buffer;
}

/** Where the WAL begins that a base backup needs. */
export interface CaptureStart {
  readonly lsn: Lsn;
  readonly timeline: number;
}

/**
 * Takes the WAL that a base backup needs, while it runs. A temporary slot keeps it on the server from `open` on,
 * however slowly it is taken.
 */
export class WalCapture {
  readonly #connection: ReplicationConnection;
  readonly #slot: string;
  #stream: WalStream | undefined;
  /** Everything before it is handed over. */
  #complete: Lsn | undefined;
  #end: Lsn | undefined;
  #wholeAtEnd = true;
  #assembler: SegmentAssembler | undefined;

  private constructor(connection: ReplicationConnection, slot: string) {
    this.#connection = connection;
    this.#slot = slot;
  }

  /**
   * Connects and creates the slot; to be called before the base backup begins. The signal cuts the connection.
   * @throws ServerConnectError, ReplicationError
   */
  static async open(
    address: ServerAddress,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<WalCapture> {
    const connection = await ReplicationConnection.connect(address, options);
    const slot = `tidemark_capture_${randomBytes(6).toString('hex')}`;
    try {
      await connection.createTemporarySlot(slot);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return new WalCapture(connection, slot);
  }

  /**
   * Hands over the timeline's history, if it has one, and every whole segment from the one that holds `start`, in
   * order and one at a time; the server waits while the receiver works. Ends when the segment with the position
   * given to `finishAt` is complete and handed over.
   * @throws ReplicationError; whatever the receiver throws
   */
  async run(start: CaptureStart, receive: (file: WalFile) => Promise<void>): Promise<void> {
    const segmentSize = parseSegmentSize(await this.#connection.show('wal_segment_size'));
    if (start.timeline > 1) {
      const { name, content } = await this.#connection.timelineHistory(start.timeline);
      await receive({ name, bytes: content });
    }
    const first = segmentStart(start.lsn, segmentSize);
    const memory = Buffer.allocUnsafeSlow(segmentSize);
    const assembler = new SegmentAssembler({
      timeline: start.timeline,
      start: first,
      segmentSize,
      takeBuffer: () => Promise.resolve(memory),
    });
    this.#assembler = assembler;
    this.#complete = first;
    const stream = this.#connection.startReplication({
      slot: this.#slot,
      lsn: first,
      timeline: start.timeline,
    });
    this.#stream = stream;
    for await (const message of stream) {
      if (message.type !== 'wal') continue;
      for await (const segment of assembler.push(message.start, message.data)) {
        await receive({ name: segment.name, bytes: segment.bytes });
        this.#complete = filledTo(segment);
        stream.sendStatus({ written: this.#complete, flushed: this.#complete, applied: 0n });
        if (this.#enough()) return;
      }
      if (this.#enough()) break;
    }
    if (!this.#enough()) {
      throw new Error('the server ended its timeline while a base backup took its WAL');
    }
    const { tail } = assembler;
    // The memory is that of the segment before.
    if (tail)
      await receive({
        name: partialName(tail.name, filledTo(tail)),
        bytes: tail.bytes.fill(0, tail.filled),
      });
  }

  /**
   * Every byte before this position is needed, in whole segments: the server has to complete the last one
   * (`pg_switch_wal()`). A standby cannot: then of the last one what has arrived is enough.
   */
  finishAt(end: Lsn, { whole }: { readonly whole: boolean }): void {
    this.#end = end;
    this.#wholeAtEnd = whole;
    // Everything may have arrived before, and an idle server sends nothing more.
    if (this.#enough()) this.#stream?.stop();
  }

  #enough(): boolean {
    if (this.#end === undefined || this.#complete === undefined) return false;
    if (this.#complete >= this.#end) return true;
    return (
      !this.#wholeAtEnd && this.#assembler !== undefined && this.#assembler.position >= this.#end
    );
  }

  /** Ends the connection, and with it the slot. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}
