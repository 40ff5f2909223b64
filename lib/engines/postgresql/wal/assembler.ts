import { formatLsn, type Lsn, segmentName } from '../lsn.ts';

/** A segment while it fills up. What lies below `filled` never changes again. */
export interface Segment {
  readonly name: string;
  readonly timeline: number;
  readonly start: Lsn;
  /** As long as a whole segment. */
  readonly bytes: Buffer;
  filled: number;
}

/** Position behind the last byte that has arrived. */
export function filledTo(segment: Segment): Lsn {
  return segment.start + BigInt(segment.filled);
}

interface AssemblerOptions {
  readonly timeline: number;
  /** Start of a segment. */
  readonly start: Lsn;
  readonly segmentSize: number;
  /** Memory for the next segment; waiting here is what slows the server down. */
  readonly takeBuffer: () => Promise<Buffer>;
}

/** Puts WAL that arrives in pieces of any size together to the segments that the server has on disk. */
export class SegmentAssembler {
  readonly #options: AssemblerOptions;
  #position: Lsn;
  #tail: Segment | undefined;

  constructor(options: AssemblerOptions) {
    this.#options = options;
    this.#position = options.start;
  }

  /** Position behind the last byte that has arrived. */
  get position(): Lsn {
    return this.#position;
  }

  /** The unfinished segment; undefined while none has begun. */
  get tail(): Segment | undefined {
    return this.#tail;
  }

  /** Takes a piece and yields each segment that it completes. */
  async *push(start: Lsn, data: Buffer): AsyncGenerator<Segment> {
    if (start !== this.#position) {
      throw new Error(
        `the server sent WAL from ${formatLsn(start)} where ${formatLsn(this.#position)} was next`,
      );
    }
    let rest = data;
    while (rest.length > 0) {
      const segment = this.#tail ?? (await this.#begin());
      const taken = rest.copy(segment.bytes, segment.filled);
      rest = rest.subarray(taken);
      segment.filled += taken;
      this.#position += BigInt(taken);
      if (segment.filled === this.#options.segmentSize) {
        this.#tail = undefined;
        yield segment;
      }
    }
  }

  async #begin(): Promise<Segment> {
    const { timeline, segmentSize, takeBuffer } = this.#options;
    const bytes = await takeBuffer();
    this.#tail = {
      name: segmentName(timeline, this.#position, segmentSize),
      timeline,
      start: this.#position,
      bytes,
      filled: 0,
    };
    return this.#tail;
  }
}
