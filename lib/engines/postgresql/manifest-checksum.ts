import { createHash } from 'node:crypto';
import { DamagedError } from '../../catalog/errors.ts';

/** Longer than the last line of any backup_manifest. */
const TAIL_BYTES = 256;

/**
 * Passes a backup_manifest on as it comes and compares it with its own checksum: the last line holds the SHA-256 of
 * everything before it.
 * @throws DamagedError instead of the end
 */
export async function* checkedManifest(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let tail = Buffer.alloc(0);
  for await (const chunk of bytes) {
    tail = Buffer.concat([tail, chunk]);
    hash.update(tail.subarray(0, -TAIL_BYTES));
    tail = tail.subarray(-TAIL_BYTES);
    yield chunk;
  }
  const lastLine = tail.lastIndexOf('\n', tail.length - 2) + 1;
  const found = hash.update(tail.subarray(0, lastLine)).digest('hex');
  requireChecksum(found, tail.toString('utf8', lastLine));
}

/**
 * @param found SHA-256 of everything before the last line
 * @throws DamagedError
 */
export function requireChecksum(found: string, lastLine: string): void {
  const [, expected] = /^"Manifest-Checksum": "([0-9a-f]{64})"\}\n$/.exec(lastLine) ?? [];
  if (expected === found) return;
  throw new DamagedError(
    expected === undefined
      ? 'backup_manifest does not end with its checksum: it was cut short'
      : `backup_manifest does not match its own checksum: it says ${expected}, its bytes give ${found}`,
  );
}
