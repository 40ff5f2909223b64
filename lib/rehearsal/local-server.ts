import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type pg from 'pg';
import { connectSql, type ServerAddress } from '../engines/postgresql/connection.ts';
import type { Account } from './embedded.ts';

const run = promisify(execFile);

const START_DEADLINE_MS = 30_000;
const POLL_MS = 20;
const SUPERUSER = 'postgres';

interface Programs {
  /** Folder of initdb and postgres. */
  readonly binDir: string;
  readonly account: Account | undefined;
}

/** A new cluster with a password. Returns its superuser's password. */
export async function createCluster(dataDir: string, programs: Programs): Promise<string> {
  const password = randomBytes(12).toString('hex');
  const passwordFile = `${dataDir}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await mkdir(dataDir, { mode: 0o700 });
  const { account } = programs;
  if (account) {
    for (const path of [passwordFile, dataDir]) await chown(path, account.uid, account.gid);
  }
  // biome-ignore format: one option and its value each
  await run(join(programs.binDir, 'initdb'),
    ['-D', dataDir, '-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`,
      '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...account, cwd: dataDir });
  return password;
}

/** A server of ours on 127.0.0.1. It ends with `stop`, and with this process's signal. */
export class LocalServer {
  readonly address: ServerAddress;
  readonly #process: ReturnType<typeof spawn>;
  readonly #log: string;

  private constructor(address: ServerAddress, process: ReturnType<typeof spawn>, log: string) {
    this.address = address;
    this.#process = process;
    this.#log = log;
  }

  /** Starts a server on a data directory and waits until it answers. */
  static async start(
    dataDir: string,
    password: string,
    programs: Programs,
    signal: AbortSignal,
  ): Promise<LocalServer> {
    signal.throwIfAborted();
    const port = await freePort();
    const log = `${dataDir}.log`;
    const out = await open(log, 'a');
    // biome-ignore format: one setting each
    const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=',
      'shared_buffers=64MB', 'fsync=off'];
    const server = spawn(
      join(programs.binDir, 'postgres'),
      ['-D', dataDir, ...settings.flatMap((setting) => ['-c', setting])],
      { ...programs.account, cwd: dataDir, stdio: ['ignore', out.fd, out.fd] },
    );
    await out.close();
    const address: ServerAddress = {
      host: '127.0.0.1',
      port,
      database: 'postgres',
      user: SUPERUSER,
      password,
      tls: 'disable',
    };
    const started = new LocalServer(address, server, log);
    try {
      await started.#answers(signal);
      return started;
    } catch (error) {
      await started.stop('SIGQUIT');
      throw error;
    }
  }

  /** Runs the statements of one story on one connection. */
  async connected<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await connectSql(this.address);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** SIGINT stops cleanly, SIGQUIT at once. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    if (!this.#alive()) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill(signal);
    await exited;
  }

  async #answers(signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    for (;;) {
      signal.throwIfAborted();
      if (!this.#alive()) {
        throw new Error(`the server did not start:\n${await readFile(this.#log, 'utf8')}`);
      }
      try {
        await this.connected((client) => client.query('SELECT 1'));
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(POLL_MS);
      }
    }
  }

  #alive(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid !== undefined && exitCode === null && signalCode === null;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
