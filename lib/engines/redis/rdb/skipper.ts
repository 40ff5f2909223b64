import { type Bytes, LZF } from './bytes.ts';
import { RdbError } from './errors.ts';
import { MODULE_PARTS, type Step } from './layout.ts';

/** Steps that are under way: `at` is the next one, and they are done `left` more times. */
interface Frame {
  readonly steps: readonly Step[];
  at: number;
  left: number;
}

/** Goes over values without keeping them, however large they are and however they are cut into chunks. */
export class Skipper {
  readonly #bytes: Bytes;
  readonly #frames: Frame[] = [];
  /** Bytes of the current string that have not come yet. */
  #skip = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get idle(): boolean {
    return this.#skip === 0 && this.#frames.length === 0;
  }

  /** Begins to go over a value. */
  start(steps: readonly Step[]): void {
    this.#frames.push({ steps, at: 0, left: 1 });
  }

  /** True when everything that was started is behind; false when more bytes are needed. @throws RdbError */
  advance(): boolean {
    for (;;) {
      if (!this.#skipped()) return false;
      const frame = this.#frames.at(-1);
      if (!frame) return true;
      const step = frame.steps[frame.at];
      if (step === undefined) {
        frame.at = 0;
        if (--frame.left === 0) this.#frames.pop();
      } else if (step === 'module') {
        const more = this.#modulePart();
        if (more === undefined) return false;
        if (!more) frame.at++;
      } else {
        if (!this.#step(step)) return false;
        frame.at++;
      }
    }
  }

  #skipped(): boolean {
    const now = Math.min(this.#skip, this.#bytes.left);
    this.#bytes.at += now;
    this.#skip -= now;
    return this.#skip === 0;
  }

  /** False if it is not there yet; nothing is taken then. */
  #step(step: Exclude<Step, 'module'>): boolean {
    if (step === 'string') return this.#string();
    if (step === 'number') return this.#number() !== undefined;
    if (step === 'text-double') return this.#textDouble();
    if ('bytes' in step) {
      this.#skip = step.bytes;
      return true;
    }
    const left = this.#number();
    if (left === undefined) return false;
    if (left > 0) this.#frames.push({ steps: step.times, at: 0, left });
    return true;
  }

  #number(): number | undefined {
    const value = this.#bytes.length();
    if (value === undefined || value >= 0) return value;
    throw new RdbError('a count is encoded as no count can be');
  }

  #string(): boolean {
    const start = this.#bytes.at;
    const length = this.#bytes.length();
    if (length === undefined) return false;
    if (Number.isNaN(length)) throw new RdbError('a string has an encoding that does not exist');
    if (length !== LZF) {
      this.#skip = Math.abs(length);
      return true;
    }
    const compressed = this.#number();
    if (compressed !== undefined && this.#number() !== undefined) {
      this.#skip = compressed;
      return true;
    }
    this.#bytes.at = start;
    return false;
  }

  #textDouble(): boolean {
    const length = this.#bytes.byte();
    if (length === undefined) return false;
    // 253 to 255 stand for not-a-number and the infinities, without any text.
    this.#skip = length < 253 ? length : 0;
    return true;
  }

  /** Whether another part may follow; undefined if it is not there yet. */
  #modulePart(): boolean | undefined {
    const start = this.#bytes.at;
    const opcode = this.#number();
    if (opcode === undefined) return undefined;
    const part = MODULE_PARTS.get(opcode);
    if (part === undefined)
      throw new RdbError(`a module wrote a part of the unknown kind ${opcode}`);
    if (part === 'end') return false;
    if (part !== 'module' && this.#step(part)) return true;
    this.#bytes.at = start;
    return undefined;
  }
}
