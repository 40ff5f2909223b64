import type { Incoming } from './incoming.ts';
import { SnapshotError } from './snapshot-error.ts';

const MARK_BYTES = 40;

/**
 * The bytes of a snapshot behind its announcement: `$<length>`, or `$EOF:` and forty characters that come again after
 * its last byte, where the server sends without knowing the length.
 * @throws SnapshotError if the server ends before
 */
export function payload(incoming: Incoming, announcement: string): AsyncGenerator<Buffer> {
  const mark = /^\$EOF:(.{40})$/.exec(announcement)?.[1];
  if (mark !== undefined) return upToMark(incoming, Buffer.from(mark, 'latin1'));
  const length = /^\$(\d+)$/.exec(announcement)?.[1];
  if (length !== undefined) return ofLength(incoming, Number(length));
  throw new SnapshotError(
    `the server announced its snapshot with ${JSON.stringify(announcement.slice(0, 60))}, which no Redis does`,
  );
}

async function* ofLength(incoming: Incoming, length: number): AsyncGenerator<Buffer> {
  for (let left = length; left > 0; ) {
    const chunk = await incoming.chunk();
    if (chunk === undefined) {
      throw cutShort(incoming, `${length - left} of ${length} bytes`);
    }
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
  }
}

/** The server sends nothing behind the mark before we say so: a chunk that ends with it is the last one. */
async function* upToMark(incoming: Incoming, mark: Buffer): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  for (let sent = 0; ; ) {
    const chunk = await incoming.chunk();
    if (chunk === undefined) throw cutShort(incoming, `${sent + held.length} bytes`);
    const all = Buffer.concat([held, chunk]);
    const ready = Math.max(0, all.length - MARK_BYTES);
    if (ready > 0) yield all.subarray(0, ready);
    sent += ready;
    held = all.subarray(ready);
    if (held.equals(mark)) return;
  }
}

function cutShort(incoming: Incoming, received: string): SnapshotError {
  return new SnapshotError(
    `the server closed the connection in the middle of its snapshot, after ${received}; its log says why, such as a fork without memory, repl-timeout, client-output-buffer-limit, or a shutdown${incoming.pauseText}`,
  );
}
