import { pathToFileURL } from 'node:url';
import { lockedWrites } from '../../../lib/catalog/locked-writes.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectLock, ObjectStore, PutOptions } from '../../../lib/stores/store.ts';
import { chunks } from '../../support/sample-backup.ts';
import { StoreWrapper } from '../../support/store-wrapper.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledPlan } from '../stacks/environment.ts';

const NOW = new Date('2026-11-21T03:00:00Z');
const DAY_MS = 86_400_000;

/** Remembers how each object was to be locked. */
class Recording extends StoreWrapper {
  readonly locks = new Map<string, ObjectLock | undefined>();

  override put(key: string, body: AsyncIterable<Uint8Array>, options: PutOptions = {}) {
    this.locks.set(key, options.lock);
    return super.put(key, body, options);
  }
}

let folder: TempFolder;
let store: ObjectStore;
beforeAll(async () => {
  folder = await tempFolder('locked-writes');
  store = await openStore(pathToFileURL(folder.path).href);
});
afterAll(() => folder.remove());

/** Days of the lock that an object gets; undefined where the bucket's default is as long. */
async function days(key: string): Promise<number | undefined> {
  const recording = new Recording(store);
  const locking = lockedWrites(recording, compiledPlan({ lock: 'compliance' }), () => NOW);
  await locking.put(key, chunks(key));
  const lock = recording.locks.get(key);
  if (lock) expect(lock.mode).toBe('compliance');
  return lock && (lock.until.getTime() - NOW.getTime()) / DAY_MS;
}

test.each([
  ['catalog/30d/orders/20261121T030000Z-full-0a1b2c3d.json', 30],
  ['data/30d/orders/20261121T030000Z-full-0a1b2c3d/base.tar.zst', 31],
  ['data/366d-cold/orders/20261121T030000Z-full-0a1b2c3d/base.tar.zst', 367],
  // The shortest class is the default of the bucket.
  ['wal/7d/orders/7/00000001/000000010000000000000003.zst', undefined],
  ['runs/orders/2026-11-21/20261121T030000Z-backup-0a1b2c3d.json', undefined],
  ['tidemark.json', undefined],
])('%s is locked for %s days', async (key, expected) => {
  expect(await days(key)).toBe(expected);
});

test('a plan without a lock changes nothing', () => {
  expect(lockedWrites(store, compiledPlan(), () => NOW)).toBe(store);
});

test('a directory takes a lock that it does not know, holds nothing and hides nothing', async () => {
  const lock = { mode: 'governance', until: NOW } as const;
  await store.put('a', chunks('a'), { lock });
  expect(store.holds).toBeUndefined();
  expect(await store.head('a', { hidden: true })).toMatchObject({ key: 'a', size: 1 });
  expect(await store.head('b', { hidden: true })).toBeUndefined();
});
