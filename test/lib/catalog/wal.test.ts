import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { DamagedError } from '../../../lib/catalog/errors.ts';
import {
  listWal,
  readWal,
  type StoredWal,
  walKey,
  walSystemIds,
} from '../../../lib/catalog/wal.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { chunks } from '../../support/sample-backup.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const SYSTEM = '7575757575757575757';
const place = (name = '8d', systemId = SYSTEM, source = 'database') => ({
  ...{ class: name, source, systemId },
});

let folder: TempFolder;
let store: ObjectStore;

beforeEach(async () => {
  folder = await tempFolder('wal');
  store = await openStore(`file://${folder.path}`);
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

async function put(key: string, content = 'wal'): Promise<string> {
  await store.put(key, chunks(zstdCompressSync(content)));
  return key;
}

async function listed(): Promise<StoredWal[]> {
  const found: StoredWal[] = [];
  for await (const stored of listWal(store, 'database', SYSTEM)) found.push(stored);
  return found;
}

describe('listWal', () => {
  test('tells segments, partials and histories apart, on every timeline and in every class', async () => {
    await put(walKey(place(), 1, '000000010000000000000003'));
    await put(walKey(place(), 1, '000000010000000000000004', 0x4000120n));
    await put(walKey(place(), 2, '00000002.history'));
    await put(walKey(place('31d'), 2, '000000020000000000000004'));
    const found = (await listed()).map(({ class: name, timeline, kind, name: file, durable }) => [
      ...[name, timeline, kind, file, durable],
    ]);
    expect(found).toEqual([
      ['31d', 2, 'segment', '000000020000000000000004', undefined],
      ['8d', 1, 'segment', '000000010000000000000003', undefined],
      ['8d', 1, 'partial', '000000010000000000000004', 0x4000120n],
      ['8d', 2, 'history', '00000002.history', undefined],
    ]);
  });

  test('keeps to one source and one cluster', async () => {
    await put(walKey(place('8d', '42'), 1, '000000010000000000000003'));
    await put(walKey(place('8d', SYSTEM, 'other'), 1, '000000010000000000000003'));
    expect(await listed()).toEqual([]);
  });

  test('passes over whatever is no WAL', async () => {
    const folderOf = walKey(place(), 1, '').replace(/\.zst$/, '');
    await put(`${folderOf}notes.zst`);
    await put(`${folderOf}000000010000000000000003.gz`);
    expect(await listed()).toEqual([]);
  });

  test('keys sort partials by position within their segment', () => {
    const key = (durable: bigint) => walKey(place(), 1, '000000010000000000000004', durable);
    expect(key(0x4000120n)).toBe(
      `wal/8d/database/${SYSTEM}/00000001/000000010000000000000004.partial-0000000004000120.zst`,
    );
    expect(key(0xffffffn) < key(0x1000000n)).toBe(true);
  });
});

describe('walSystemIds', () => {
  test('finds every cluster that a source had, once', async () => {
    await put(walKey(place('8d', '1'), 1, '000000010000000000000003'));
    await put(walKey(place('31d', '1'), 1, '000000010000000000000003'));
    await put(walKey(place('31d', '2'), 1, '000000010000000000000003'));
    await put(walKey(place('31d', '3', 'other'), 1, '000000010000000000000003'));
    expect([...(await walSystemIds(store, 'database'))].sort()).toEqual(['1', '2']);
  });
});

describe('readWal', () => {
  const key = walKey(place(), 1, '000000010000000000000003');

  test('gives the bytes before compression', async () => {
    await put(key, 'x'.repeat(100_000));
    expect(await buffer(readWal(store, { key }))).toEqual(Buffer.from('x'.repeat(100_000)));
  });

  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, -3)],
    ['altered', (bytes: Buffer) => Buffer.concat([Buffer.from('x'), bytes.subarray(1)])],
    ['emptied', () => Buffer.alloc(0)],
  ])('refuses an object that was %s, naming it', async (_, change) => {
    await put(key, Array.from({ length: 5000 }, (_, i) => i).join());
    const path = join(folder.path, key);
    const bytes = await readFile(path);
    await truncate(path, 0);
    await writeFile(path, change(bytes));
    const reading = buffer(readWal(store, { key }));
    await expect(reading).rejects.toThrow(DamagedError);
    await expect(reading).rejects.toThrow(`${key} `);
  });
});
