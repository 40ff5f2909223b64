import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sliceBackup, verifySlice } from '../../../lib/catalog/backup-slices.ts';
import { dataPrefix } from '../../../lib/catalog/keys.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { BackupWriter } from '../../../lib/catalog/writer.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { chunks, end, header } from '../../support/sample-backup.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const MIB = 1024 * 1024;
const PART = 8 * MIB;
const PREFIX = dataPrefix('30d', 'database', header().id);

let folder: TempFolder;
let store: ObjectStore;
let manifest: Manifest;

beforeEach(async () => {
  folder = await tempFolder('slices');
  store = await openStore(`file://${folder.path}`);
  const writer = new BackupWriter(store, header(), 3 * PART);
  await writer.writeFile('base.tar', Readable.from([randomBytes(4 * PART + 1000)]), {
    encoding: 'identity',
  });
  await writer.writeFile('empty', chunks(), { encoding: 'identity' });
  manifest = await writer.commit(end());
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

async function path(name: string): Promise<string> {
  const stored = join(folder.path, PREFIX, name);
  await chmod(stored, 0o600);
  return stored;
}

async function flip(name: string, at: number): Promise<void> {
  const stored = await path(name);
  const bytes = await readFile(stored);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(stored, bytes);
}

/** What the slices find, and the bytes that they read. */
async function verify(bytes = 2 * PART) {
  const { slices, problems } = await sliceBackup(store, manifest, bytes);
  const found = await Promise.all(slices.map((slice) => verifySlice(store, manifest, slice)));
  return {
    bytes: found.reduce((sum, slice) => sum + slice.bytes, 0),
    problems: [...problems, ...found.flatMap((slice) => slice.problems)],
  };
}

describe('slices of a backup', () => {
  test('hold whole parts of one object, and together every part once', async () => {
    const { slices, problems } = await sliceBackup(store, manifest, 2 * PART);
    expect(problems).toEqual([]);
    expect(slices.map(({ object, parts }) => [object, parts.from, parts.to])).toEqual([
      ['base.tar', 0, 2],
      ['base.tar', 2, 3],
      ['base.tar.0001', 0, 2],
      ['empty', 0, 1],
    ]);
  });

  test('are at least one part each', async () => {
    const { slices } = await sliceBackup(store, manifest, 1);
    expect(slices).toHaveLength(3 + 2 + 1);
  });

  test('of a sound backup pass and read every byte', async () => {
    expect(await verify()).toEqual({ bytes: manifest.storedBytes, problems: [] });
  });

  test('name the part in which a bit was altered', async () => {
    await flip('base.tar', 2 * PART + 5);
    await flip('base.tar.0001', 1);
    expect((await verify()).problems).toEqual([
      `${PREFIX}base.tar: part 2 was altered`,
      `${PREFIX}base.tar.0001: part 0 was altered`,
    ]);
  });

  test('of an object that was cut short or removed do not exist, and the others are read', async () => {
    await truncate(await path('base.tar'), PART);
    await rm(await path('empty'));
    const { bytes, problems } = await verify();
    expect(problems).toEqual([
      `${PREFIX}base.tar was altered (it has ${PART} bytes instead of ${3 * PART}); this backup must not be used`,
      `${PREFIX}empty does not exist any more; this backup must not be used`,
    ]);
    expect(bytes).toBe(PART + 1000);
  });

  test('that shrink after they were planned are found cut short', async () => {
    const { slices } = await sliceBackup(store, manifest, 2 * PART);
    await truncate(await path('base.tar'), PART + 1);
    const [first] = slices;
    if (!first) throw new Error('no slice');
    expect((await verifySlice(store, manifest, first)).problems).toEqual([
      `${PREFIX}base.tar was cut short (${PART + 1} of ${2 * PART} bytes from byte 0 on)`,
    ]);
  });

  test.each([
    ['SHA256SUMS', `${PREFIX}SHA256SUMS differs from the manifest's digests; it was altered`],
    ['parts.json', `${PREFIX}parts.json does not describe the parts of base.tar`],
  ])('are not all there is: %s is compared, too', async (name, problem) => {
    await flip(name, 3);
    expect((await verify()).problems.join()).toContain(problem);
  });

  test('refuse a parts.json that was replaced while they were verified', async () => {
    const { slices } = await sliceBackup(store, manifest, 2 * PART);
    await writeFile(await path('parts.json'), '{"base.tar":[]\n}\n');
    await expect(
      Promise.all(slices.map((slice) => verifySlice(store, manifest, slice))),
    ).rejects.toThrow('parts.json');
  });
});
