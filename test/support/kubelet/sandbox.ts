import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { MadeVolume } from './volumes.ts';

export interface Sandbox {
  /** A process that holds the pod's mounts. */
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * What the containers of a pod share: its memory-backed volumes, its name, what they say to each other in memory. It is a
 * process that ends with this one, and the mounts with it.
 */
export async function startSandbox(name: string, volumes: Iterable<MadeVolume>): Promise<Sandbox> {
  const mounts = [...volumes].flatMap(({ path, memory }) =>
    memory === undefined ? [] : [`mount -t tmpfs -o size=${memory},mode=1777 tmpfs '${path}'`],
  );
  const script = ['set -e', ...mounts, `hostname '${name}'`, 'echo ready', 'exec cat'].join('\n');
  const child = spawn(
    '/usr/bin/unshare',
    ['--mount', '--propagation', 'private', '--ipc', '--uts', '/bin/sh', '-c', script],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const exited = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => {
      throw new Error(`pods are run by root, with the right to mount: ${said.trim()}`);
    }),
  ]);
  if (child.pid === undefined) throw new Error('the sandbox has no process');
  return {
    pid: child.pid,
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
