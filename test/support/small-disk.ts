import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from './temp-folder.ts';

export interface SmallDisk {
  /** Its root, which everybody can reach as long as it is there. */
  readonly path: string;
  /** Takes all room but so many KiB. */
  fill(leaving: number): Promise<void>;
  /** Gives it back. */
  free(): Promise<void>;
  dispose(): Promise<void>;
}

/** A file system of its own with little room. The mount is that of a process, and goes with it. */
export async function smallDisk(mebibytes: number): Promise<SmallDisk> {
  const folder = await tempFolder('disk');
  // Others than root need a user namespace for it.
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = `/bin/mount -t tmpfs -o size=${mebibytes}m tmpfs "$0" && echo mounted && exec cat`;
  const child = spawn(
    '/usr/bin/unshare',
    ['--mount', ...asRoot, '/bin/sh', '-c', script, folder.path],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    exited.then(([code]) => {
      throw new Error(`no file system could be mounted (${code})`);
    }),
  ]);
  const path = join('/proc', String(child.pid), 'root', folder.path);
  const filler = join(path, 'filler');
  return {
    path,
    fill: async (leaving) => {
      const { bavail, bsize } = await statfs(path);
      await writeFile(filler, Buffer.alloc(bavail * bsize - leaving * 1024));
    },
    free: () => rm(filler),
    dispose: async () => {
      child.stdin.end();
      await exited;
      await folder.remove();
    },
  };
}
