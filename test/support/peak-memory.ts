import { readFile } from 'node:fs/promises';

/** Bytes that this process has held at most. Not `resourceUsage().maxRSS`: that begins with what its parent held. */
export async function peakMemory(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
