import { createHash, randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { walKey } from '../../../../../lib/catalog/wal.ts';
import { segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import { verifyWal } from '../../../../../lib/engines/postgresql/wal/verify.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { chunks } from '../../../../support/sample-backup.ts';
import { walRun } from '../../../../support/sample-runs.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const SYSTEM = 7_575_757_575_757_575_757n;
const SIZE = 1024 * 1024;
const PLACE = { class: '8d', source: 'database', systemId: SYSTEM.toString() };

let folder: TempFolder;
let store: ObjectStore;

beforeEach(async () => {
  folder = await tempFolder('verify-wal');
  store = await openStore(`file://${folder.path}`);
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

/** With the frame's checksum, as the streamer stores it. */
const compressed = (content: Uint8Array | string) =>
  zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

interface Written {
  readonly timeline?: number;
  /** What the first page's header says, where it is not the truth. */
  readonly says?: { timeline?: number; number?: number; system?: bigint; size?: number };
  readonly bytes?: number;
}

const nameOf = (number: number, timeline = 1) =>
  segmentName(timeline, BigInt(number) * BigInt(SIZE), SIZE);

/** Stores a segment as the streamer would; returns its name and the digest that would be recorded. */
async function segment(
  number: number,
  { timeline = 1, says = {}, bytes = SIZE }: Written = {},
  durable?: bigint,
): Promise<{ name: string; sha256: string }> {
  const content = Buffer.alloc(bytes);
  if (bytes >= 40) {
    content.writeUInt32LE(says.timeline ?? timeline, 4);
    content.writeBigUInt64LE(BigInt(says.number ?? number) * BigInt(SIZE), 8);
    content.writeBigUInt64LE(says.system ?? SYSTEM, 24);
    content.writeUInt32LE(says.size ?? SIZE, 32);
    randomBytes(100).copy(content, 1000);
  }
  const name = nameOf(number, timeline);
  await store.put(walKey(PLACE, timeline, name, durable), chunks(compressed(content)));
  return { name, sha256: createHash('sha256').update(content).digest('hex') };
}

const verify = (...runs: ReturnType<typeof walRun>[]) => verifyWal(store, 'database', runs);

describe('verifyWal', () => {
  test('finds nothing in contiguous segments with a tail and a history', async () => {
    const segments = [await segment(3), await segment(4), await segment(5)];
    await segment(6, {}, 6n * BigInt(SIZE) + 512n);
    await store.put(
      walKey(PLACE, 2, '00000002.history'),
      chunks(compressed('1\t0/600200\tno recovery target specified\n')),
    );
    await segment(6, { timeline: 2, says: { timeline: 1 } });
    const result = await verify(walRun('2026-11-21T10:00:00Z', { segments }));
    expect(result).toMatchObject({ segments: 6, problems: [] });
    expect(result.bytes).toBeGreaterThan(0);
  });

  test('names the first segment that is missing and how many are', async () => {
    for (const number of [3, 6, 7]) await segment(number);
    expect((await verify()).problems).toEqual([
      `2 WAL segments are missing from ${nameOf(4)} on; a restore cannot pass it: take a new base backup`,
    ]);
  });

  test('accepts what is recorded as lost, and only that', async () => {
    for (const number of [3, 6, 8]) await segment(number);
    const lsn = (number: number) => `0/${(number * SIZE).toString(16).toUpperCase()}`;
    const gap = { from: lsn(4), to: lsn(6), reason: 'the slot was lost' };
    expect((await verify(walRun('2026-11-21T10:00:00Z', { gap }))).problems).toEqual([
      expect.stringContaining(`1 WAL segment is missing from ${nameOf(7)}`),
    ]);
  });

  test('does not miss what has expired before the oldest segment, nor other timelines', async () => {
    await segment(9);
    await segment(20, { timeline: 2 });
    expect((await verify()).problems).toEqual([]);
  });

  test('finds segments across the end of a log file of 4 GiB', async () => {
    for (const number of [4095, 4096]) await segment(number);
    expect((await verify()).problems).toEqual([]);
  });

  test('finds one segment in two classes once', async () => {
    const stored = await segment(3);
    const bytes = await readFile(join(folder.path, walKey(PLACE, 1, stored.name)));
    await store.put(walKey({ ...PLACE, class: '31d' }, 1, stored.name), chunks(bytes));
    await segment(4);
    expect((await verify()).problems).toEqual([]);
  });

  test.each([
    ['of another cluster', { says: { system: 42n } }, 'is of the cluster 42'],
    ['from another place', { says: { number: 5 } }, 'holds another segment'],
    ['of a later timeline', { says: { timeline: 2 } }, 'is of timeline 2'],
    ['that is too short', { bytes: SIZE / 2 }, `has ${SIZE / 2} bytes after decoding`],
    ['of a few bytes', { bytes: 20 }, 'has only 20 bytes'],
    ['without a header', { says: { size: 0 } }, `has ${SIZE} bytes after decoding instead of 0`],
  ])('refuses a segment %s', async (_, written: Written, problem) => {
    await segment(4, written);
    const { problems } = await verify();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${walKey(PLACE, 1, nameOf(4))} ${problem}`);
    expect(problems[0]).toMatch(/it was altered and must not be used$/);
  });

  test('refuses a segment that has not the recorded digest, although it looks like one', async () => {
    const { name } = await segment(3);
    const segments = [{ name, sha256: '0'.repeat(64) }];
    const { problems } = await verify(walRun('2026-11-21T10:00:00Z', { segments }));
    expect(problems).toEqual([expect.stringContaining(`instead of ${'0'.repeat(64)}`)]);
    // The digest of a segment of the same name in another cluster says nothing about it.
    expect(
      (await verify(walRun('2026-11-21T10:00:00Z', { segments, systemId: '1' }))).problems,
    ).toEqual([]);
  });

  test('finds every flipped byte, in each kind of object, and goes on', async () => {
    const whole = await segment(3);
    const tail = 4n * BigInt(SIZE) + 512n;
    await segment(4, {}, tail);
    const history = walKey(PLACE, 2, '00000002.history');
    await store.put(history, chunks(compressed('1\t0/600200\tx\n')));
    const keys = [walKey(PLACE, 1, whole.name), walKey(PLACE, 1, nameOf(4), tail), history];
    const digests = walRun('2026-11-21T10:00:00Z', { segments: [whole] });
    for (const key of keys) {
      const path = join(folder.path, key);
      const bytes = await readFile(path);
      const at = bytes.length - 6;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await rm(path, { force: true });
      await writeFile(path, bytes);
    }
    const { problems, segments } = await verify(digests);
    expect(problems).toHaveLength(3);
    for (const key of keys) expect(problems.some((problem) => problem.startsWith(key))).toBe(true);
    expect(segments).toBe(3);
  });

  test('ends with its signal', async () => {
    await segment(3);
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(verifyWal(store, 'database', [], { signal })).rejects.toThrow();
  });
});
