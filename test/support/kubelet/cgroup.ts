import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';
/** Of a container: far more than any needs, and it ends one that starts processes without end. */
const PIDS = 256;
/** Only ends what hangs. */
const WITHIN_MS = 60_000;

/** What the kernel holds the processes of a container to. */
export interface Limits {
  /** Files into which a process writes 0 to become one of them. */
  readonly joinFiles: readonly string[];
  /** As the container sees it: its own limits, from which Node.js sizes its heap. By the place where it is mounted. */
  readonly visible: { readonly from: string; readonly at: string };
  /** How often the kernel has ended a process because the memory was used up. */
  outOfMemory(): Promise<number>;
  remove(): Promise<void>;
}

/**
 * Limits of memory and of processes by the kernel's control groups, of either version. CPU is not limited: less of it changes
 * when things happen, and nothing else.
 */
export async function limit(name: string, memoryBytes: number): Promise<Limits> {
  const folder = `tidemark-test-${process.pid}-${name}`;
  return existsSync(join(ROOT, 'cgroup.controllers'))
    ? unified(join(ROOT, folder), memoryBytes)
    : separate(folder, memoryBytes);
}

/** Version 1: a tree for each. */
async function separate(folder: string, memoryBytes: number): Promise<Limits> {
  const memory = join(ROOT, 'memory', folder);
  const pids = join(ROOT, 'pids', folder);
  for (const path of [memory, pids]) await mkdir(path);
  await writeFile(join(memory, 'memory.limit_in_bytes'), String(memoryBytes));
  // As Kubernetes has it: what does not fit is not written to a disk.
  await writeFile(join(memory, 'memory.swappiness'), '0');
  await writeFile(join(pids, 'pids.max'), String(PIDS));
  return {
    joinFiles: [memory, pids].map((path) => join(path, 'cgroup.procs')),
    visible: { from: memory, at: join(ROOT, 'memory') },
    outOfMemory: async () => count(join(memory, 'memory.oom_control'), 'oom_kill'),
    remove: async () => {
      for (const path of [memory, pids]) await removeEmpty(path);
    },
  };
}

async function unified(path: string, memoryBytes: number): Promise<Limits> {
  await enableControllers();
  await mkdir(path);
  await writeFile(join(path, 'memory.max'), String(memoryBytes));
  // As Kubernetes has it: what does not fit is not written to a disk.
  if (existsSync(join(path, 'memory.swap.max')))
    await writeFile(join(path, 'memory.swap.max'), '0');
  await writeFile(join(path, 'pids.max'), String(PIDS));
  return {
    joinFiles: [join(path, 'cgroup.procs')],
    visible: { from: path, at: ROOT },
    outOfMemory: async () => count(join(path, 'memory.events'), 'oom_kill'),
    remove: () => removeEmpty(path),
  };
}

/** A group that hands on its controllers may have no processes itself: in a container, its own root has. */
async function enableControllers(): Promise<void> {
  const enable = () => writeFile(join(ROOT, 'cgroup.subtree_control'), '+memory +pids');
  for (const deadline = Date.now() + WITHIN_MS; ; ) {
    try {
      return await enable();
    } catch (cause) {
      if (Date.now() > deadline) throw new Error('no limits can be set here', { cause });
      // Again, for those that one of them has started meanwhile.
      await emptyRoot();
    }
  }
}

async function emptyRoot(): Promise<void> {
  const leaf = join(ROOT, 'tidemark-test');
  await mkdir(leaf, { recursive: true });
  const processes = (await readFile(join(ROOT, 'cgroup.procs'), 'utf8')).trim().split('\n');
  for (const pid of processes) {
    // One that has ended meanwhile, or belongs to the kernel, stays where it is.
    await writeFile(join(leaf, 'cgroup.procs'), pid).catch(() => undefined);
  }
  await delay(20);
}

async function count(file: string, name: string): Promise<number> {
  const line = new RegExp(`^${name} (\\d+)$`, 'm').exec(await readFile(file, 'utf8'));
  return Number(line?.[1] ?? 0);
}

/** A group goes once its last process has been buried. */
async function removeEmpty(path: string): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    try {
      return await rmdir(path);
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`processes of ${path} do not end`, { cause });
      await delay(20);
    }
  }
}
