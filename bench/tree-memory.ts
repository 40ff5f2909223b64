import { readdir, readFile } from 'node:fs/promises';

/** Looking through every process of the system costs milliseconds. */
const FIND_EVERY_MS = 250;

/** A restore lets it recover: its memory is the server's own, whoever starts it. */
const SERVER = 'postgres';

/**
 * Peak of the memory of what a process has started; not of the process itself, and not of servers. Stays 0 where there
 * is no /proc.
 */
export class TreeMemory {
  peakBytes = 0;
  readonly #root: number | undefined;
  #pids: readonly number[] = [];
  #found = Number.NEGATIVE_INFINITY;

  constructor(root: number | undefined) {
    this.#root = root;
  }

  async look(): Promise<void> {
    if (performance.now() - this.#found > FIND_EVERY_MS || this.#pids.length === 0) {
      this.#pids = await descendants(this.#root);
      this.#found = performance.now();
    }
    // The kernel keeps each one's peak: what happens between two looks counts, too.
    const peaks = await Promise.all(this.#pids.map(highWaterMark));
    const sum = peaks.reduce((total, bytes) => total + bytes, 0);
    this.peakBytes = Math.max(this.peakBytes, sum);
  }
}

async function descendants(root: number | undefined): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const parents = new Map<number, number>();
  for (const name of names.filter((entry) => /^\d+$/.test(entry))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // The name before may hold anything, spaces and brackets included.
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    const program = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    if (parent !== undefined && program !== SERVER) parents.set(Number(name), Number(parent));
  }
  const found: number[] = [];
  for (let level = [root]; level.length > 0; ) {
    const above = level;
    level = [...parents].filter(([, parent]) => above.includes(parent)).map(([pid]) => pid);
    found.push(...level.filter((pid): pid is number => pid !== undefined));
  }
  return found;
}

/** Bytes; 0 where the process is gone. */
async function highWaterMark(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
