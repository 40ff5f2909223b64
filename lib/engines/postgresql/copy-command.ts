import type { Duplex } from 'node:stream';
import type pg from 'pg';
import type { CopyTap } from './copy-tap.ts';

/** What a replication command that answers with result sets and a COPY stream tells. */
export interface CopyHandler {
  /** The command was sent; `stream` carries its answer, and messages to the server where the copy goes both ways. */
  started(stream: Duplex): void;
  /** @param set 0 for the first result set */
  row(set: number, fields: readonly (string | null)[]): void;
  /** The content of one CopyData message; its memory is used again as soon as this returns. */
  data(message: Buffer): void;
  /** The server has ended its side of the copy. */
  copyDone(): void;
  /** Everything has arrived. */
  completed(): void;
  failed(error: Error): void;
}

/**
 * Runs one command of the replication protocol on a client of `pg`, which knows the messages but has no
 * notion of a copy in both directions. The client calls the `handle…` methods.
 */
export class CopyCommand implements pg.Submittable {
  readonly #text: string;
  readonly #handler: CopyHandler;
  readonly #tap: CopyTap;
  #set = -1;
  #stream: Duplex | undefined;
  #finish: () => void = () => undefined;

  constructor(text: string, handler: CopyHandler, tap: CopyTap) {
    this.#text = text;
    this.#tap = tap;
    this.#handler = handler;
  }

  submit(connection: pg.Connection): void {
    const copyDone = () => this.#handler.copyDone();
    connection.on('copyDone', copyDone);
    this.#tap.receiver = (message) => this.#guard(() => this.#handler.data(message));
    this.#finish = () => {
      connection.off('copyDone', copyDone);
      this.#tap.receiver = undefined;
    };
    this.#stream = connection.stream;
    this.#handler.started(connection.stream);
    connection.query(this.#text);
  }

  handleRowDescription(): void {
    this.#set++;
  }

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    this.#guard(() => this.#handler.row(this.#set, message.fields));
  }

  // Each result set ends with one of its own: only ReadyForQuery ends the command.
  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#finish();
    this.#handler.completed();
  }

  handleError(error: Error): void {
    this.#finish();
    this.#handler.failed(error);
  }

  /** We are called from the socket's event: what is thrown here would end the process. */
  #guard(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.handleError(error instanceof Error ? error : new Error(String(error)));
      this.#stream?.destroy();
    }
  }
}
