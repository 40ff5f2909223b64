import { AofFormatError } from './errors.ts';

/** Longest line that Redis writes: an annotation. Bytes. */
const MAX_LINE = 1024;
const NEWLINE = 10;
const RETURN = 13;
const HASH = 0x23;
const DOLLAR = 0x24;
const ASTERISK = 0x2a;
const ZERO = 0x30;

/**
 * Finds out where commands end in an append-only file, in pieces of any size and without keeping them: a file that
 * grows may end in the middle of one. A transaction counts as one command.
 *
 * The format is that of requests of the protocol, `*2\r\n$3\r\nDEL\r\n$1\r\na\r\n`, and lines that begin with `#`:
 * annotations, of which `#TS:<seconds>` says that what follows is of that second (`aof-timestamp-enabled yes`).
 */
export class AofScanner {
  /** Bytes that were scanned. */
  offset: number;
  /** Behind the last whole command that is in no open transaction. */
  boundary: number;
  /** Unix time in seconds of the newest annotation; undefined before the first. */
  second: number | undefined;

  readonly #onSecond: ((second: number, boundary: number) => void) | undefined;
  #line = Buffer.alloc(0);
  /** Arguments of the command that are still to come. */
  #arguments = 0;
  /** Bytes of an argument and its line end that are still to come; negative where a line is next. */
  #bytes = -1;
  /** Whether the argument is a command's name. */
  #first = false;
  #word = '';
  #transaction = false;

  /**
   * @param start where a command begins
   * @param onSecond called at each `#TS` annotation, with the position that lies before the command that it dates
   */
  constructor(start = 0, onSecond?: (second: number, boundary: number) => void) {
    this.offset = start;
    this.boundary = start;
    this.#onSecond = onSecond;
  }

  /** @throws AofFormatError */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#bytes >= 0 ? this.#argument(chunk, at) : this.#readLine(chunk, at);
    }
  }

  #argument(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#bytes);
    if (this.#first && this.#word.length < 8) {
      this.#word += chunk.toString('latin1', at, Math.min(end, at + 8));
    }
    this.#bytes -= end - at;
    this.offset += end - at;
    if (this.#bytes === 0) {
      if (chunk[end - 1] !== NEWLINE) throw this.#malformed('an argument that does not end');
      this.#bytes = -1;
      if (this.#first) this.#name(this.#word.slice(0, 8).trimEnd().toUpperCase());
      if (this.#arguments === 0) this.#commandEnded();
    }
    return end;
  }

  #name(word: string): void {
    this.#first = false;
    this.#word = '';
    if (word === 'MULTI') this.#transaction = true;
    if (word === 'EXEC') this.#transaction = false;
  }

  #commandEnded(): void {
    if (!this.#transaction) this.boundary = this.offset;
  }

  #readLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(NEWLINE, at);
    const stop = end === -1 ? chunk.length : end + 1;
    let line = chunk.subarray(at, stop);
    if (this.#line.length > 0) line = Buffer.concat([this.#line, line]);
    if (line.length > MAX_LINE) throw this.#malformed('a line without an end');
    this.offset += stop - at;
    if (end === -1) {
      this.#line = Buffer.from(line);
      return stop;
    }
    this.#line = Buffer.alloc(0);
    if (line[line.length - 2] !== RETURN) throw this.#malformed(shown(line));
    this.#take(line);
    return stop;
  }

  #take(line: Buffer): void {
    const count = numberIn(line);
    if (line[0] === HASH && this.#arguments === 0) {
      this.#annotation(line);
    } else if (line[0] === ASTERISK && this.#arguments === 0 && count > 0) {
      this.#arguments = count;
      this.#first = true;
    } else if (line[0] === DOLLAR && this.#arguments > 0 && count >= 0) {
      this.#arguments--;
      this.#bytes = count + 2;
    } else {
      throw this.#malformed(shown(line));
    }
  }

  #annotation(line: Buffer): void {
    const second = /^#TS:(\d{1,12})\r\n$/.exec(line.toString('latin1'))?.[1];
    if (second !== undefined) {
      this.second = Number(second);
      this.#onSecond?.(this.second, this.#transaction ? this.boundary : this.offset - line.length);
    }
    this.#commandEnded();
  }

  #malformed(found: string): AofFormatError {
    return new AofFormatError(`behind byte ${this.boundary} there is ${found}`);
  }
}

/** The decimal number between a line's first byte and its end; -1 if it is none. */
function numberIn(line: Buffer): number {
  if (line.length < 4 || line.length > 13) return -1;
  let value = 0;
  for (let at = 1; at < line.length - 2; at++) {
    const digit = (line[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const shown = (line: Buffer): string =>
  `${JSON.stringify(line.toString('latin1', 0, Math.min(line.length, 40)))} where Redis would write something else`;
