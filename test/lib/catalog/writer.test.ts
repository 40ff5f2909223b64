import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { CommitRefusedError, DamagedError } from '../../../lib/catalog/errors.ts';
import { openFile } from '../../../lib/catalog/files.ts';
import { dataPrefix, manifestKey } from '../../../lib/catalog/keys.ts';
import type { Manifest, ManifestFile } from '../../../lib/catalog/manifest.ts';
import { BackupWriter } from '../../../lib/catalog/writer.ts';
import { ObjectExistsError } from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { chunks, end, header } from '../../support/sample-backup.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const run = promisify(execFile);

let folder: TempFolder;
let store: ObjectStore;

beforeEach(async () => {
  folder = await tempFolder('catalog');
  store = await openStore(`file://${folder.path}`);
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list('')) found.push(key);
  return found;
}

const decoded = (manifest: Manifest, file: ManifestFile) => buffer(openFile(store, manifest, file));

/** Keys below the data of the sample. */
const data = (name: string) => `${dataPrefix('30d', 'database', header().id)}${name}`;

describe('BackupWriter', () => {
  test('writes files in both encodings that read back as they were', async () => {
    const random = randomBytes(3_000_000);
    const writer = new BackupWriter(store, header());
    const plain = await writer.writeFile('manifest', chunks('hello ', 'world'), {
      encoding: 'identity',
    });
    const packed = await writer.writeFile('base.tar', Readable.from([random]), {
      encoding: 'zstd',
    });
    const manifest = await writer.commit(end());
    expect(plain).toMatchObject({
      name: 'manifest',
      size: 11,
      logicalSize: 11,
      logicalSha256: sha256(Buffer.from('hello world')),
    });
    expect(packed).toMatchObject({
      name: 'base.tar.zst',
      logicalSize: random.length,
      logicalSha256: sha256(random),
    });
    expect(await decoded(manifest, plain)).toEqual(Buffer.from('hello world'));
    expect((await decoded(manifest, packed)).equals(random)).toBe(true);
    expect(manifest.storedBytes).toBe(11 + packed.size);
    expect(manifest.logicalBytes).toBe(11 + random.length);
  });

  test('compresses into frames with a checksum, so that any decoder notices damage', async () => {
    const writer = new BackupWriter(store, header());
    await writer.writeFile('base.tar', chunks('x'.repeat(1000)), { encoding: 'zstd' });
    const frame = await readFile(join(folder.path, data('base.tar.zst')));
    expect(frame.readUInt32LE(0)).toBe(0xfd2fb528);
    // Bit 2 of the frame header's descriptor (RFC 8878, 3.1.1.1.1).
    expect((frame[4] ?? 0) & 0b100).toBe(0b100);
  });

  test.each(['identity', 'zstd'] as const)(
    'goes on in further objects when a file outgrows one (%s)',
    async (encoding) => {
      const content = randomBytes(2500);
      const writer = new BackupWriter(store, header(), 1000);
      const file = await writer.writeFile('base.tar', Readable.from([content]), { encoding });
      const manifest = await writer.commit(end());
      expect(file.objects.map(({ name }) => name)).toEqual([
        file.name,
        `${file.name}.0001`,
        `${file.name}.0002`,
      ]);
      expect(file.objects.slice(0, 2).map(({ size }) => size)).toEqual([1000, 1000]);
      expect((await decoded(manifest, file)).equals(content)).toBe(true);
      expect(file.logicalSha256).toBe(encoding === 'zstd' ? sha256(content) : null);
    },
  );

  test('makes no empty object where a file fills its objects exactly', async () => {
    const writer = new BackupWriter(store, header(), 1000);
    const file = await writer.writeFile('a', Readable.from([randomBytes(2000)]), {
      encoding: 'identity',
    });
    expect(file.objects).toHaveLength(2);
  });

  test('leaves the digest to content that has its own, and reads it back all the same', async () => {
    const content = randomBytes(300_000);
    const writer = new BackupWriter(store, header());
    const file = await writer.writeFile('base.tar', Readable.from([content]), {
      encoding: 'zstd',
      digest: false,
    });
    expect(file).toMatchObject({ logicalSize: content.length, logicalSha256: null });
    const manifest = await writer.commit(end());
    expect(await buffer(openFile(store, manifest, file))).toEqual(content);
    const path = join(folder.path, data('base.tar.zst'));
    const frame = await readFile(path);
    frame[1000] = (frame[1000] ?? 0) ^ 1;
    await chmod(path, 0o600);
    await writeFile(path, frame);
    await expect(buffer(openFile(store, manifest, file))).rejects.toThrow(DamagedError);
  });

  test('keeps an empty file', async () => {
    const writer = new BackupWriter(store, header());
    const plain = await writer.writeFile('a', chunks(), { encoding: 'identity' });
    const packed = await writer.writeFile('b', chunks(), { encoding: 'zstd' });
    const manifest = await writer.commit(end());
    expect(await decoded(manifest, plain)).toHaveLength(0);
    expect(await decoded(manifest, packed)).toHaveLength(0);
  });

  test('leaves digests that the real sha256sum accepts, and by which it finds a flipped byte', async () => {
    const writer = new BackupWriter(store, header(), 1000);
    await writer.writeFile('base.tar', Readable.from([randomBytes(2500)]), { encoding: 'zstd' });
    await writer.writeFile('wal/000000010000000000000002', chunks('wal'), { encoding: 'zstd' });
    await writer.commit(end());
    const cwd = join(folder.path, data(''));
    const { stdout } = await run('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd });
    expect(stdout.trim().split('\n')).toEqual([
      'base.tar.zst: OK',
      'base.tar.zst.0001: OK',
      'base.tar.zst.0002: OK',
      'wal/000000010000000000000002.zst: OK',
    ]);
    await run('sh', ['-c', 'chmod u+w base.tar.zst && printf X >> base.tar.zst'], { cwd });
    await expect(run('sha256sum', ['-c', 'SHA256SUMS'], { cwd })).rejects.toThrow();
  });

  test('describes the parts of every object', async () => {
    const content = randomBytes(2500);
    const writer = new BackupWriter(store, header(), 1000);
    await writer.writeFile('a', Readable.from([content]), { encoding: 'identity' });
    await writer.commit(end());
    const parts = JSON.parse(await readFile(join(folder.path, data('parts.json')), 'utf8'));
    expect(parts).toEqual({
      a: [{ offset: 0, size: 1000, sha256: sha256(content.subarray(0, 1000)) }],
      'a.0001': [{ offset: 0, size: 1000, sha256: sha256(content.subarray(1000, 2000)) }],
      'a.0002': [{ offset: 0, size: 500, sha256: sha256(content.subarray(2000)) }],
    });
  });

  test('writes the manifest last', async () => {
    const written: string[] = [];
    const put = store.put.bind(store);
    store.put = (key, ...rest) => {
      written.push(key);
      return put(key, ...rest);
    };
    const writer = new BackupWriter(store, header());
    await writer.writeFile('a', chunks('a'), { encoding: 'identity' });
    await writer.commit(end());
    expect(written).toEqual([
      data('a'),
      data('SHA256SUMS'),
      data('parts.json'),
      manifestKey('30d', 'database', header().id),
    ]);
  });

  test('refuses to commit after a file failed, and shows no object of that file', async () => {
    async function* broken() {
      yield Buffer.from('beginning');
      throw new Error('the server went away');
    }
    for (const encoding of ['identity', 'zstd'] as const) {
      const writer = new BackupWriter(store, header());
      await expect(writer.writeFile('a', broken(), { encoding })).rejects.toThrow(
        'the server went away',
      );
      await expect(writer.commit(end())).rejects.toThrow(CommitRefusedError);
    }
    expect(await keys()).toEqual([]);
  });

  test('refuses to commit after its signal fired', async () => {
    const controller = new AbortController();
    async function* endless() {
      for (;;) {
        yield Buffer.alloc(1000);
        controller.abort(new Error('the lock was lost'));
      }
    }
    const writer = new BackupWriter(store, header());
    const { signal } = controller;
    await expect(writer.writeFile('a', endless(), { encoding: 'zstd', signal })).rejects.toThrow(
      'the lock was lost',
    );
    await expect(writer.commit(end())).rejects.toThrow(CommitRefusedError);
    expect(await keys()).toEqual([]);
  });

  test.each(['identity', 'zstd'] as const)(
    'stops reading its source when the store refuses (%s)',
    async (encoding) => {
      const [started, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      async function* endless() {
        started.resolve();
        try {
          // Zeros: the compressor takes very many before it gives anything out.
          for (;;) yield Buffer.alloc(1000);
        } finally {
          ended.resolve();
        }
      }
      store.put = async (_key, body) => {
        body[Symbol.asyncIterator]()
          .next()
          .catch(() => {});
        await started.promise;
        throw new Error('no room is left');
      };
      const writer = new BackupWriter(store, header());
      await expect(writer.writeFile('a', endless(), { encoding })).rejects.toThrow(
        'no room is left',
      );
      await ended.promise;
    },
  );

  test('refuses a backup without files', async () => {
    await expect(new BackupWriter(store, header()).commit(end())).rejects.toThrow(
      `backup ${header().id} is incomplete`,
    );
    expect(await keys()).toEqual([]);
  });

  test('refuses while a file is still being written', async () => {
    const writer = new BackupWriter(store, header());
    await writer.writeFile('a', chunks('a'), { encoding: 'identity' });
    const gate = Promise.withResolvers<void>();
    async function* slow() {
      yield Buffer.from('b');
      await gate.promise;
    }
    const writing = writer.writeFile('b', slow(), { encoding: 'identity' });
    await expect(writer.commit(end())).rejects.toThrow(CommitRefusedError);
    gate.resolve();
    await writing;
  });

  test('refuses two files of one name', async () => {
    const writer = new BackupWriter(store, header());
    await writer.writeFile('a', chunks('a'), { encoding: 'identity' });
    await expect(writer.writeFile('a', chunks('b'), { encoding: 'identity' })).rejects.toThrow(
      ObjectExistsError,
    );
  });

  test('commits nothing twice', async () => {
    const writer = new BackupWriter(store, header());
    await writer.writeFile('a', chunks('a'), { encoding: 'identity' });
    await writer.commit(end());
    await expect(writer.commit(end())).rejects.toThrow(ObjectExistsError);
  });

  test('writes no manifest that a reader would refuse', async () => {
    const writer = new BackupWriter(store, header({ class: '30 days' }));
    await writer.writeFile('a', chunks('a'), { encoding: 'identity' }).catch(() => {});
    await expect(writer.commit(end())).rejects.toThrow();
    expect((await keys()).filter((key) => key.startsWith('catalog/'))).toEqual([]);
  });

  test('waits for a slow store instead of buffering', async () => {
    const CHUNK = 1024 * 1024;
    let produced = 0;
    let taken = 0;
    let ahead = 0;
    async function* source() {
      for (; produced < 40; produced++) {
        ahead = Math.max(ahead, produced - taken);
        yield randomBytes(CHUNK);
      }
    }
    const put = store.put.bind(store);
    store.put = (key, body, options) => {
      async function* slowly() {
        for await (const chunk of body) {
          taken += chunk.byteLength / CHUNK;
          await new Promise((resolve) => setImmediate(resolve));
          yield chunk;
        }
      }
      return put(key, slowly(), options);
    };
    const writer = new BackupWriter(store, header());
    await writer.writeFile('a', source(), { encoding: 'zstd' });
    expect(ahead).toBeLessThan(24);
  });
});
