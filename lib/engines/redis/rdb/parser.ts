import { Bytes } from './bytes.ts';
import { Counter } from './counter.ts';
import { Crc64 } from './crc64.ts';
import { RdbError } from './errors.ts';
import { LAYOUTS, OPCODES, type Step } from './layout.ts';
import { Skipper } from './skipper.ts';

/** Newest version of the format whose every part is known here. */
const NEWEST_VERSION = 12;

const HEADER_BYTES = 9;
const CHECKSUM_BYTES = 8;
/** Longer ones are passed over: those that are read are numbers and names. */
const READ_AUX_BYTES = 255;

/** What a whole RDB file was found to be. */
export interface RdbSummary {
  /** Of the format. */
  readonly version: number;
  readonly bytes: number;
  /** False where the server was told to write none (`rdbchecksum no`). */
  readonly checksummed: boolean;
  /** Keys by database, and by type within it: see `Counter`. */
  readonly counts: Record<string, number>;
  readonly keys: number;
  /** What the server wrote about itself, such as `redis-ver`, `ctime`, `repl-id`. */
  readonly aux: ReadonlyMap<string, string>;
}

const STEPS: ReadonlyMap<number, readonly Step[]> = new Map<number, readonly Step[]>([
  [OPCODES.slotInfo, ['number', 'number', 'number']],
  [OPCODES.function, ['string']],
  // The module's number, when it is loaded, and its parts; the second looks like one of those.
  [OPCODES.moduleAux, ['number', 'module']],
  [OPCODES.idle, ['number']],
  [OPCODES.frequency, [{ bytes: 1 }]],
  [OPCODES.resize, ['number', 'number']],
  [OPCODES.expireMs, [{ bytes: 8 }]],
  [OPCODES.expire, [{ bytes: 4 }]],
]);

/**
 * Reads an RDB file as it comes: goes over every value to its end, counts the keys, and compares the checksum. Memory
 * does not grow with the file or with its values.
 */
export class RdbParser {
  readonly #bytes = new Bytes();
  readonly #skipper = new Skipper(this.#bytes);
  readonly #crc = new Crc64();
  readonly #counter = new Counter();
  readonly #aux = new Map<string, string>();
  #before = 0;
  #version = 0;
  #checksum: string | undefined;
  #ended = false;

  /** @throws RdbError as soon as something cannot be part of an RDB file */
  feed(chunk: Uint8Array): void {
    const left = this.#bytes.rest();
    this.#bytes.set(left.length === 0 ? chunk : Buffer.concat([left, chunk]));
    try {
      while (!this.#ended && this.#next());
      this.#crc.update(this.#bytes.taken());
      this.#before += this.#bytes.at;
      // A copy of what is left: the chunk's memory may be used again.
      this.#bytes.set(Uint8Array.from(this.#bytes.rest()));
      if (this.#ended) this.#end();
    } catch (error) {
      if (!(error instanceof RdbError)) throw error;
      throw new RdbError(`${error.message} (at byte ${this.#before + this.#bytes.at})`);
    }
  }

  /** @throws RdbError unless exactly one whole file was read */
  end(): RdbSummary {
    if (this.#checksum === undefined) {
      throw new RdbError(`it ends after ${this.#before + this.#bytes.left} bytes, in the middle`);
    }
    return {
      version: this.#version,
      bytes: this.#before,
      checksummed: Number.parseInt(this.#checksum, 16) !== 0,
      counts: this.#counter.counts(),
      keys: this.#counter.keys,
      aux: this.#aux,
    };
  }

  /** One item; false if it is not there yet. */
  #next(): boolean {
    if (!this.#skipper.idle) return this.#skipper.advance();
    if (this.#version === 0) return this.#header();
    const start = this.#bytes.at;
    const opcode = this.#bytes.byte();
    if (opcode === undefined) return false;
    if (this.#item(opcode)) return true;
    this.#bytes.at = start;
    return false;
  }

  #header(): boolean {
    const header = this.#bytes.take(HEADER_BYTES);
    if (header === undefined) return false;
    const found = Buffer.from(header).toString('latin1');
    const version = Number(/^REDIS(\d{4})$/.exec(found)?.[1]);
    if (!(version > 0)) throw new RdbError(`it begins with ${JSON.stringify(found)}`);
    if (version > NEWEST_VERSION) {
      throw new RdbError(
        `it is of version ${version} of the format, and ${NEWEST_VERSION} is the newest that can be checked`,
      );
    }
    this.#version = version;
    return true;
  }

  #item(opcode: number): boolean {
    switch (opcode) {
      case OPCODES.end:
        this.#ended = true;
        return true;
      case OPCODES.select: {
        const database = this.#bytes.length();
        if (database !== undefined) this.#counter.select(database);
        return database !== undefined;
      }
      case OPCODES.aux:
        return this.#readAux();
    }
    const layout = LAYOUTS.get(opcode);
    const steps = layout ? layout.steps : STEPS.get(opcode);
    if (!steps) throw new RdbError(`a value of the unknown type ${opcode} begins`);
    this.#skipper.start(steps);
    if (layout) {
      this.#counter.key(layout.type);
      this.#skipper.start(['string']);
    } else if (opcode === OPCODES.expireMs || opcode === OPCODES.expire) {
      this.#counter.expires();
    } else if (opcode === OPCODES.function) {
      this.#counter.function();
    }
    return true;
  }

  #readAux(): boolean {
    const start = this.#bytes.at;
    const name = this.#short();
    const value = name === undefined ? undefined : this.#short();
    if (name === null || value === null) {
      this.#bytes.at = start;
      this.#skipper.start(['string', 'string']);
      return true;
    }
    if (name === undefined || value === undefined) return false;
    this.#aux.set(name, value);
    return true;
  }

  /** A short string or an integer; undefined if it is not there yet, null if it is something else. */
  #short(): string | null | undefined {
    const length = this.#bytes.length();
    if (length === undefined) return undefined;
    if (!(Math.abs(length) <= READ_AUX_BYTES) || length === -3) return null;
    const bytes = this.#bytes.take(Math.abs(length));
    if (bytes === undefined) return undefined;
    const text = Buffer.from(bytes);
    return length < 0 ? String(text.readIntLE(0, text.length)) : text.toString('utf8');
  }

  /** The checksum is of everything before itself. */
  #end(): void {
    const left = this.#bytes.left;
    if (left > CHECKSUM_BYTES || (this.#checksum !== undefined && left > 0)) {
      throw new RdbError('something follows its end');
    }
    const stored = this.#bytes.take(CHECKSUM_BYTES);
    if (stored === undefined) return;
    this.#before += CHECKSUM_BYTES;
    this.#bytes.set(new Uint8Array(0));
    this.#checksum = Buffer.from(stored).readBigUInt64LE().toString(16).padStart(16, '0');
    if (/[^0]/.test(this.#checksum) && this.#checksum !== this.#crc.digest()) {
      throw new RdbError(
        `its checksum is ${this.#crc.digest()} and should be ${this.#checksum}: bytes were altered`,
      );
    }
  }
}
