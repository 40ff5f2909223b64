import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Account } from '../test/support/postgres-install.ts';
import { TreeMemory } from './tree-memory.ts';

export interface Measurement {
  readonly seconds: number;
  /** Of all processors, in the program and everything it started and waited for. */
  readonly cpuSeconds: number;
  /** Most memory that was resident at once, in the program and everything it started. */
  readonly peakBytes: number;
  readonly stdout: string;
}

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Default: the current user. */
  readonly account?: Account;
}

const LOOK_EVERY_MS = 20;

/** The shell waits for the program and tells what the kernel counted, on a stream of its own. */
const TIMED = 'TIMEFORMAT="%U %S"; { time "$@" 2>&4; } 4>&2 2>&3';

/** Runs a program to its end. @throws Error with its diagnostics unless it exits with 0 */
export async function measure({ file, args, env, cwd, account }: Program): Promise<Measurement> {
  // What the run before left for the disk to write must not slow this one down.
  await promisify(execFile)('sync');
  const started = performance.now();
  const child = spawn('bash', ['-c', TIMED, 'bash', file, ...args], {
    env: { ...process.env, ...env },
    cwd,
    ...account,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const output = Promise.all(
    child.stdio.slice(1).map((stream) => (stream instanceof Readable ? text(stream) : '')),
  );
  let running = true;
  const ended = exited.finally(() => {
    running = false;
  });
  const memory = new TreeMemory(child.pid);
  while (running) {
    await memory.look();
    await Promise.race([ended, delay(LOOK_EVERY_MS)]);
  }
  const [code, signal] = await ended;
  const seconds = (performance.now() - started) / 1000;
  const [stdout = '', stderr = '', counted = ''] = await output;
  if (code !== 0) throw new Error(`${file} ended with ${signal ?? code}: ${stderr}${stdout}`);
  const [user = 0, system = 0] = counted.trim().split(' ').map(Number);
  return { seconds, cpuSeconds: user + system, peakBytes: memory.peakBytes, stdout };
}
