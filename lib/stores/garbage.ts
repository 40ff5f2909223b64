import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A young collection costs less than half a millisecond, so this is some tenths of a second for each GiB. */
const EVERY_BYTES = 4 * 1024 * 1024;

let moved = 0;
let collect: (() => void) | undefined;

/**
 * To be told of every chunk that a stream brings in memory of its own. Chunks die at once, yet their memory is not on
 * V8's heap, so nothing but a full collection ends them: dozens for each GiB, which take as much processor time as everything
 * else. A collection of the young generation every few MiB finds them all.
 */
export function chunkMoved(bytes: number): void {
  moved += bytes;
  if (moved < EVERY_BYTES) return;
  moved = 0;
  collect ??= youngCollection();
  collect();
}

/** V8 shows it to contexts that are made after the flag was set. */
function youngCollection(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('globalThis.gc');
  if (typeof gc !== 'function') return () => undefined;
  return () => Reflect.apply(gc, undefined, [{ type: 'minor', execution: 'sync' }]);
}
