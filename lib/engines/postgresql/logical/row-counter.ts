const NEW_LINE = 0x0a;
/** What pg_dump writes after the last row of a table. */
const END = Buffer.from('\\.\n\n\n');
const LINES_OF_END = 3;

/** Counts rows in the text that COPY writes: one line each, as a line break within a value is escaped. */
export class RowCounter {
  #lines = 0;
  /** The last bytes, as many as the end mark has. */
  readonly #tail = Buffer.alloc(END.length);

  /** Another table begins. */
  start(): void {
    this.#lines = 0;
    this.#tail.fill(0);
  }

  read(chunk: Uint8Array, start: number, end: number): void {
    let lines = 0;
    for (let at = start; at < end; at++) if (chunk[at] === NEW_LINE) lines++;
    this.#lines += lines;
    const from = Math.max(start, end - END.length);
    this.#tail.copyWithin(0, end - from);
    for (let at = from; at < end; at++) this.#tail[END.length - end + at] = chunk[at] ?? 0;
  }

  /** Undefined if the end mark is missing. */
  end(): number | undefined {
    return this.#tail.equals(END) ? this.#lines - LINES_OF_END : undefined;
  }
}
