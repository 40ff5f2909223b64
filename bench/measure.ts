import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface Measurement {
  readonly seconds: number;
  /** Most memory that was resident at once. */
  readonly peakBytes: number;
  readonly stdout: string;
}

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const LOOK_EVERY_MS = 10;

/** Runs a program to its end. @throws Error with its diagnostics unless it exits with 0 */
export async function measure({ file, args, env, cwd }: Program): Promise<Measurement> {
  // What the run before left for the disk to write must not slow this one down.
  await promisify(execFile)('sync');
  const started = performance.now();
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  let peakBytes = 0;
  let running = true;
  const ended = exited.finally(() => {
    running = false;
  });
  while (running && child.pid !== undefined) {
    // The kernel keeps the peak: only what happens after the last look is missed.
    peakBytes = Math.max(peakBytes, await highWaterMark(child.pid));
    await Promise.race([ended, delay(LOOK_EVERY_MS)]);
  }
  const [code, signal] = await ended;
  const seconds = (performance.now() - started) / 1000;
  const [stdout, stderr] = await output;
  if (code !== 0) throw new Error(`${file} ended with ${signal ?? code}: ${stderr}`);
  return { seconds, peakBytes, stdout };
}

/** Bytes; 0 where the process is gone or the system has no /proc. */
async function highWaterMark(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
