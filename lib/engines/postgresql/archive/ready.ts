import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseSegmentName, segmentName } from '../lsn.ts';

const READY = '.ready';

/**
 * Segments that wait to be archived and follow a segment without a gap, in order. The server marks them in a folder beside
 * them (`archive_status`); none where that cannot be read.
 * @param path of the segment
 */
export async function readyAfter(
  path: string,
  name: string,
  segmentSize: number,
  limit: number,
): Promise<string[]> {
  const marks = await readdir(join(dirname(path), 'archive_status')).catch(() => []);
  const waiting = new Set(
    marks.flatMap((mark) => (mark.endsWith(READY) ? [mark.slice(0, -READY.length)] : [])),
  );
  const { timeline, start } = parseSegmentName(name, segmentSize);
  const following: string[] = [];
  for (let index = 1; index <= limit; index++) {
    const next = segmentName(timeline, start + BigInt(index * segmentSize), segmentSize);
    if (!waiting.has(next)) break;
    following.push(next);
  }
  return following;
}
