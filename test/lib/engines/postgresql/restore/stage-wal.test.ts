import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import { stageWal } from '../../../../../lib/engines/postgresql/restore/stage-wal.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const SIZE = 1024 * 1024;
const SYSTEM = '7574910382134569123';

/** A segment that begins as the server's does. */
function segment(number: number, systemId = SYSTEM, size = SIZE): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeBigUInt64LE(BigInt(number) * BigInt(SIZE), 8);
  bytes.writeBigUInt64LE(BigInt(systemId), 24);
  bytes.writeUInt32LE(SIZE, 32);
  return bytes;
}

describe('stageWal', () => {
  let folder: TempFolder;
  beforeEach(async () => {
    folder = await tempFolder('stage');
  });
  afterEach(() => folder.remove());

  let open: number;
  let most: number;
  async function stage(segments: readonly [number: number, bytes: Buffer][], digest?: string) {
    open = 0;
    most = 0;
    const pieces = segments.map(([number, bytes]) => {
      const start = BigInt(number) * BigInt(SIZE);
      const name = segmentName(1, start, SIZE);
      async function* read() {
        most = Math.max(most, ++open);
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
        open--;
      }
      return { name, start, whole: true, source: { objects: [], read } };
    });
    const wal = join(folder.path, 'wal');
    await stageWal({
      folder: wal,
      segments: pieces,
      digests: new Map(digest === undefined ? [] : [[pieces[0]?.name ?? '', digest]]),
      histories: [{ name: '00000002.history', content: Buffer.from('1\t0/500000\tx\n') }],
      segmentSize: SIZE,
      systemId: SYSTEM,
      owner: undefined,
      signal: new AbortController().signal,
      onBytes: () => undefined,
    });
    return readdir(wal);
  }

  test('puts every segment and history under its name, a few at a time', async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => index + 3);
    const staged = await stage(numbers.map((number) => [number, segment(number)]));
    expect(staged).toEqual(
      [
        ...numbers.map((number) => segmentName(1, BigInt(number) * BigInt(SIZE), SIZE)),
        '00000002.history',
      ].sort(),
    );
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test.each<[string, Buffer, RegExp]>([
    ['of another cluster', segment(3, '1'), /is of the cluster 1 instead of/],
    ['from another place', segment(4), /is another one/],
    ['that was cut', segment(3, SYSTEM, SIZE - 1), /has 1048575 bytes instead of 1048576/],
  ])('refuses a segment %s', async (_, bytes, message) => {
    await expect(stage([[3, bytes]])).rejects.toThrow(message);
  });

  test('refuses a segment with another digest than the stream recorded', async () => {
    await expect(stage([[3, segment(3)]], '0'.repeat(64))).rejects.toThrow(
      /is not what was streamed/,
    );
  });
});
