import { readFile } from 'node:fs/promises';

/** The kernel counts in hundredths of a second, whatever it works with itself. */
const TICKS_PER_SECOND = 100;

/** What a process that runs has used so far: processor seconds, and its most memory in bytes. */
export async function processTimes(
  pid: number | undefined,
): Promise<{ readonly cpuSeconds: number; readonly peakBytes: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    peakBytes: Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024,
  };
}
