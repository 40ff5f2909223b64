import type { StoredPiece } from '../../../catalog/aof.ts';
import { AofScanner } from './scanner.ts';

/** How much later than it executes a command Redis may write it, rounded up to the seconds of annotations. */
const WRITE_DELAY_MS = 3_000;

/**
 * Finds out where a log has to end so that nothing in it is of `until` or later. Pieces that were stored before belong to
 * it as a whole. In those behind them, annotations date what follows (`aof-timestamp-enabled yes`): a second counts once
 * it has passed, and what is not dated does not count.
 */
export class LogCut {
  readonly #scanner: AofScanner;
  readonly #until: number;
  #piece: { readonly start: number; dated: boolean } | undefined;
  #cut: number | undefined;

  /** @param until milliseconds; infinite for everything */
  constructor(until: number) {
    this.#until = until;
    this.#scanner = new AofScanner(0, (second, boundary) => this.#onSecond(second, boundary));
  }

  /** Where the log ends; undefined while everything that was scanned belongs to it. */
  get position(): number | undefined {
    return this.#cut;
  }

  /** Behind the last whole command. */
  get boundary(): number {
    return this.#scanner.boundary;
  }

  /**
   * A piece begins that is not known to be old enough.
   * @param before when the piece before it was looked at
   */
  beginYounger({ from }: Pick<StoredPiece, 'from'>, before: Date): void {
    const { second } = this.#scanner;
    // An annotation long before says that they were switched off since.
    const dated = second !== undefined && second * 1000 >= before.getTime() - WRITE_DELAY_MS;
    this.#piece = { start: from, dated };
    if (dated && !this.#isPast(second)) this.#end(from);
  }

  /** @throws AofFormatError */
  push(chunk: Buffer): void {
    this.#scanner.push(chunk);
    const piece = this.#piece;
    if (piece && !piece.dated && this.#scanner.boundary > piece.start) this.#end(piece.start);
  }

  #onSecond(second: number, boundary: number): void {
    const piece = this.#piece;
    if (!piece) return;
    if (!piece.dated && boundary > piece.start) this.#end(piece.start);
    piece.dated = true;
    if (!this.#isPast(second)) this.#end(boundary);
  }

  #isPast = (second: number): boolean => (second + 1) * 1000 <= this.#until;

  #end(position: number): void {
    this.#cut ??= position;
  }
}
