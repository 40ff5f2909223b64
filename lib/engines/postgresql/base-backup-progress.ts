import type { PostgresqlRun } from './run.ts';

const EVERY_MS = 1000;

/** Counts what arrives and reports it about once a second. */
export class Progress {
  #bytes = 0;
  #reportedAt = 0;
  readonly #run: PostgresqlRun;
  readonly #message: string;
  readonly #totalBytes: number | undefined;

  /**
   * @param message what happens
   * @param totalBytes an estimate; undefined = nobody knows
   */
  constructor(run: PostgresqlRun, message: string, totalBytes: number | undefined) {
    this.#run = run;
    this.#message = message;
    this.#totalBytes = totalBytes;
  }

  async *count(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#bytes += chunk.length;
      const now = performance.now();
      if (now - this.#reportedAt > EVERY_MS) {
        this.#reportedAt = now;
        this.#report();
      }
      yield chunk;
    }
  }

  #report(): void {
    this.#run.report({
      level: 'info',
      message: this.#message,
      bytes: this.#bytes,
      ...(this.#totalBytes === undefined
        ? {}
        : { totalBytes: Math.max(this.#bytes, this.#totalBytes) }),
    });
  }
}
