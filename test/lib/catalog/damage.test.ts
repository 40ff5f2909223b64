import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DamagedError } from '../../../lib/catalog/errors.ts';
import { openFile } from '../../../lib/catalog/files.ts';
import { dataPrefix } from '../../../lib/catalog/keys.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { verifyBackup } from '../../../lib/catalog/verify.ts';
import { BackupWriter } from '../../../lib/catalog/writer.ts';
import { ObjectNotFoundError } from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { chunks, end, header } from '../../support/sample-backup.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const OBJECT_BYTES = 40_000;
const PREFIX = dataPrefix('30d', 'database', header().id);

let folder: TempFolder;
let store: ObjectStore;
let manifest: Manifest;

beforeEach(async () => {
  folder = await tempFolder('damage');
  store = await openStore(`file://${folder.path}`);
  const writer = new BackupWriter(store, header(), OBJECT_BYTES);
  await writer.writeFile('base.tar', Readable.from([randomBytes(100_000)]), { encoding: 'zstd' });
  await writer.writeFile('backup_manifest', chunks('{}'), { encoding: 'identity' });
  await writer.writeFile('wal/000000010000000000000002', chunks('wal'), { encoding: 'zstd' });
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
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(stored, bytes);
}

function read(name: string): Promise<Buffer> {
  const file = manifest.files.find((found) => found.name === name);
  if (!file) throw new Error(`no file ${name}`);
  return buffer(openFile(store, manifest, file));
}

const problems = async () => (await verifyBackup(store, manifest)).problems;

describe('a stored byte that was flipped', () => {
  test.each([
    ['base.tar.zst', 'base.tar.zst', 0],
    ['base.tar.zst', 'base.tar.zst', 20_000],
    ['base.tar.zst', 'base.tar.zst.0001', 5],
    ['base.tar.zst', 'base.tar.zst.0002', 20_010],
    ['backup_manifest', 'backup_manifest', 1],
    ['wal/000000010000000000000002.zst', 'wal/000000010000000000000002.zst', 9],
  ])(
    'of %s in %s at %i is refused on reading and found by verification',
    async (file, object, at) => {
      await flip(object, at);
      const reading = read(file);
      await expect(reading).rejects.toThrow(DamagedError);
      await expect(reading).rejects.toThrow(/must not be used$/);
      const found = await problems();
      expect(found.some((problem) => problem.includes(`${PREFIX}${file}`))).toBe(true);
      expect(found.every((problem) => problem.startsWith(PREFIX))).toBe(true);
    },
  );

  test('is named with its object, and what was expected and found', async () => {
    await flip('backup_manifest', 0);
    const sha256 = manifest.files[1]?.objects[0]?.sha256;
    await expect(read('backup_manifest')).rejects.toThrow(
      new RegExp(
        `^${PREFIX}backup_manifest was altered \\(stored bytes: its SHA-256 is [0-9a-f]{64} instead of ${sha256}\\)`,
      ),
    );
  });

  test('is found with the part that it lies in', async () => {
    await flip('backup_manifest', 0);
    expect(await problems()).toContain(`${PREFIX}backup_manifest: part 0 was altered`);
  });

  test.each(['SHA256SUMS', 'parts.json'])('of %s is found', async (name) => {
    await flip(name, 10);
    const found = await problems();
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${PREFIX}${name}`);
  });
});

describe('an object of another length', () => {
  test('that was cut short is refused', async () => {
    await truncate(await path('base.tar.zst.0001'), OBJECT_BYTES - 1);
    await expect(read('base.tar.zst')).rejects.toThrow(
      `${PREFIX}base.tar.zst.0001 was altered (stored bytes: it has 39999 bytes instead of 40000)`,
    );
  });

  test('that has bytes too many is refused', async () => {
    await writeFile(await path('backup_manifest'), 'x', { flag: 'a' });
    await expect(read('backup_manifest')).rejects.toThrow('it has 3 bytes instead of 2');
  });

  test('that is missing is refused', async () => {
    await rm(await path('base.tar.zst.0002'));
    await expect(read('base.tar.zst')).rejects.toThrow(ObjectNotFoundError);
    expect(await problems()).toEqual([expect.stringContaining('base.tar.zst.0002')]);
  });
});

describe('decoded bytes that differ although the stored ones are right', () => {
  const [SIZE, SHA256] = [{ logicalSize: 1 }, { logicalSha256: '0'.repeat(64) }];

  const files = ['base.tar.zst', 'backup_manifest', 'wal/000000010000000000000002.zst'];
  const cases = files.flatMap((name) => [SIZE, SHA256].map((change) => ({ name, change })));

  // Without an encoding the digest is known from the object; elsewhere null says that the content has its own.
  test.each([...cases, { name: 'backup_manifest', change: { logicalSha256: null } }])(
    'are refused ($name, $change)',
    async ({ name, change }) => {
      const file = manifest.files.find((found) => found.name === name);
      if (!file) throw new Error('no file');
      const reading = buffer(openFile(store, manifest, { ...file, ...change }));
      await expect(reading).rejects.toThrow('was altered (decoded bytes');
    },
  );
});

describe('verifyBackup', () => {
  test('finds nothing in a sound backup and reads every stored byte', async () => {
    const bytes: number[] = [];
    const onBytes = (count: number) => bytes.push(count);
    const result = await verifyBackup(store, manifest, { onBytes });
    expect(result).toEqual({
      id: manifest.id,
      class: '30d',
      bytes: manifest.storedBytes,
      problems: [],
    });
    expect(bytes.reduce((sum, count) => sum + count, 0)).toBe(manifest.storedBytes);
  });

  test('tells everything that is wrong, not only the first', async () => {
    await flip('backup_manifest', 0);
    await rm(await path('wal/000000010000000000000002.zst'));
    await flip('SHA256SUMS', 3);
    const found = (await problems()).join('\n');
    for (const name of ['backup_manifest', 'wal/000000010000000000000002.zst', 'SHA256SUMS']) {
      expect(found).toContain(`${PREFIX}${name}`);
    }
  });

  test.each([
    ['another object', (text: string) => text.replace('backup_manifest', 'backup-manifest')],
    ['a part less', (text: string) => text.replace(/\n,"wal.*\n/, '\n')],
    ['a part more', (text: string) => text.replace(/\n}/, '\n,"more":[]\n}')],
    ['another size', (text: string) => text.replace('"size":2,', '"size":1,')],
    ['another digest', (text: string) => text.replace(/"sha256":"./, '"sha256":"x')],
    ['no end', (text: string) => text.slice(0, -2)],
    ['nothing', () => ''],
    ['more than an end', (text: string) => `${text}{}\n`],
  ])('finds a list of parts that has %s', async (_, change) => {
    const stored = await path('parts.json');
    const text = await readFile(stored, 'utf8');
    expect(change(text)).not.toBe(text);
    await writeFile(stored, change(text));
    const found = await problems();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/parts\.json does not describe|part 0 was altered/);
  });

  test('ends with its signal', async () => {
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(verifyBackup(store, manifest, { signal })).rejects.toThrow();
  });
});
