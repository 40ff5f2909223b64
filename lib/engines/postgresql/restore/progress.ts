import type { PostgresqlRun } from '../run.ts';

/** Seconds since the last call. */
export function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const lap = (performance.now() - last) / 1000;
    last += lap * 1000;
    return lap;
  };
}

/** Tells how far a phase is, each time that it is given the bytes that came since. */
export function progress(
  run: PostgresqlRun,
  message: string,
  totalBytes: number,
): (more: number) => void {
  let bytes = 0;
  return (more) => {
    bytes = Math.min(totalBytes, bytes + more);
    run.report({ level: 'info', message, bytes, totalBytes });
  };
}
