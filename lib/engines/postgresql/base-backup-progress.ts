import type { PostgresqlRun } from './run.ts';

const EVERY_MS = 1000;

/** Counts what arrives and reports it about once a second. */
export class Progress {
  #bytes = 0;
  #reportedAt = 0;
  readonly #run: PostgresqlRun;
  readonly #totalBytes: number | undefined;

  /** @param totalBytes an estimate; undefined = nobody knows */
  constructor(run: PostgresqlRun, totalBytes: number | undefined) {
    this.#run = run;
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
      message: 'copying the data directory',
      bytes: this.#bytes,
      ...(this.#totalBytes === undefined
        ? {}
        : { totalBytes: Math.max(this.#bytes, this.#totalBytes) }),
    });
  }
}
