import { messageOf } from '../../../message.ts';
import { ConnectionLostError, RedisConnection } from '../connection.ts';
import { RedisReplyError } from '../resp.ts';
import type { RedisRun } from '../run.ts';
import type { ServerPlace } from '../socket.ts';
import { askServer, type ServerView } from './server.ts';

/** Asks the server over one connection, and over a new one when that is lost. What is on disk is shipped in any case. */
export class ServerWatcher {
  readonly #place: ServerPlace;
  readonly #report: RedisRun['report'];
  #connection: RedisConnection | undefined;
  #silent = false;
  /** What was told last. */
  #problem: string | undefined;
  /** Server's clock minus ours. Milliseconds. */
  #ahead = 0;

  constructor(place: ServerPlace, report: RedisRun['report']) {
    this.#place = place;
    this.#report = report;
  }

  /** By the server's clock, as far as it is known. */
  clock(now: () => Date): Date {
    return new Date(now().getTime() + this.#ahead);
  }

  /** Undefined if the server does not answer. @throws RedisReplyError if it refuses; the signal's reason */
  async ask(now: () => Date, signal: AbortSignal): Promise<ServerView | undefined> {
    try {
      const view = await this.#askAgain(now, signal);
      this.#ahead = view.ahead;
      if (this.#silent) this.#report({ level: 'info', message: 'Redis answers again' });
      this.#silent = false;
      if (view.problem !== undefined && view.problem !== this.#problem) {
        this.#report({ level: 'warning', message: view.problem });
      }
      this.#problem = view.problem;
      return view;
    } catch (error) {
      signal.throwIfAborted();
      this.close();
      if (error instanceof RedisReplyError && !/^(LOADING|MASTERDOWN|BUSY)/.test(error.code)) {
        throw new RedisReplyError(
          `${error.message}; give the user its rights: ACL SETUSER <user> +info +time`,
          { cause: error },
        );
      }
      if (!this.#silent) {
        const details = { error: messageOf(error) };
        const message = 'Redis does not answer; what is in its files is stored all the same';
        this.#report({ level: 'warning', message, details });
      }
      this.#silent = true;
      return undefined;
    }
  }

  /** A connection that was kept may have been lost since, which says nothing about the server. */
  async #askAgain(now: () => Date, signal: AbortSignal): Promise<ServerView> {
    const kept = this.#connection;
    this.#connection ??= await RedisConnection.connect(this.#place, { signal });
    try {
      return await askServer(this.#connection, now, signal);
    } catch (error) {
      if (!kept || !(error instanceof ConnectionLostError)) throw error;
      signal.throwIfAborted();
      this.#connection = await RedisConnection.connect(this.#place, { signal });
      return askServer(this.#connection, now, signal);
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}
