import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './postgres-install.ts';

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly account: Account;
  /** Working directory; the server's log is kept in it. */
  readonly folder: string;
  /** Beside SERVER_ENV. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Running {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  alive: boolean;
}

const START_DEADLINE_MS = 30_000;

/** What servers and their programs see of the environment. */
export const SERVER_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** A server that can be started again after it has ended in whatever way. */
export class ServerProcess {
  readonly #command: Command;
  #running: Running | undefined;

  constructor(command: Command) {
    this.#command = command;
  }

  get pid(): number {
    if (!this.#running) throw new Error('the server is stopped');
    return this.#running.pid;
  }

  log(): Promise<string> {
    return readFile(this.#logFile, 'utf8');
  }

  get #logFile(): string {
    return join(this.#command.folder, 'log');
  }

  /** @param probe succeeds once the server answers */
  async start(probe: () => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    // Processes of a killed server hold its shared memory for a moment: then the first attempts fail.
    for (;;) {
      const running = await this.#launch();
      while (running.alive) {
        try {
          await probe();
          return;
        } catch (error) {
          if (Date.now() > deadline) throw error;
          await delay(30);
        }
      }
      if (Date.now() > deadline) throw new Error(`the server does not start:\n${await this.log()}`);
      await delay(100);
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#running;
    if (!running) return;
    if (running.alive) process.kill(running.pid, signal);
    await running.exited;
    this.#running = undefined;
  }

  async #launch(): Promise<Running> {
    const { program, args, account, folder, env } = this.#command;
    const log = await open(this.#logFile, 'a');
    const child = spawn(program, args, {
      ...account,
      cwd: folder,
      env: { ...SERVER_ENV, ...env },
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    await log.close();
    if (child.pid === undefined) throw new Error(`cannot run ${program}`);
    const running: Running = { pid: child.pid, exited: once(child, 'exit'), alive: true };
    child.once('exit', () => {
      running.alive = false;
    });
    this.#running = running;
    return running;
  }
}
