import { mkdir, writeFile } from 'node:fs/promises';
import type os from 'node:os';
import { join } from 'node:path';
import { readRuns } from '../../../../../lib/catalog/reader.ts';
import { pushWal } from '../../../../../lib/engines/postgresql/archive/push.ts';
import { segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore, PutOptions } from '../../../../../lib/stores/store.ts';
import { StoreView } from '../../../../../lib/stores/view.ts';
import { runContext, SOURCE } from '../../../../support/backup-source.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const MIB = 1024 * 1024;
const SYSTEM = 7575757575757575757n;
const name = (number: number) => segmentName(1, BigInt(number * MIB), MIB);

let folder: TempFolder;
let store: ObjectStore;

beforeEach(async () => {
  folder = await tempFolder('push');
  store = await openStore(`file://${folder.path}/store`);
  jest
    .spyOn(jest.requireActual<typeof os>('node:os'), 'tmpdir')
    .mockImplementation(() => folder.path);
  await mkdir(join(folder.path, 'pg_wal/archive_status'), { recursive: true });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
  await folder.remove();
});

/** Writes a segment that waits to be archived; returns its path. */
async function segment(number: number): Promise<string> {
  const bytes = Buffer.alloc(MIB);
  bytes.writeUInt32LE(1, 4);
  bytes.writeBigUInt64LE(BigInt(number * MIB), 8);
  bytes.writeBigUInt64LE(SYSTEM, 24);
  bytes.writeUInt32LE(MIB, 32);
  bytes.writeUInt32LE(8192, 36);
  const path = join(folder.path, 'pg_wal', name(number));
  await writeFile(path, bytes);
  await writeFile(join(folder.path, 'pg_wal/archive_status', `${name(number)}.ready`), '');
  return path;
}

/** Takes everything but one segment, for which it never has the time. */
class Slow extends StoreView {
  readonly #never: string;

  constructor(store: ObjectStore, never: string) {
    super(store);
    this.#never = never;
  }

  override put(key: string, body: AsyncIterable<Uint8Array>, options: PutOptions = {}) {
    if (!key.includes(this.#never)) return super.put(key, body, options);
    return new Promise<never>((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason));
    });
  }
}

const recorded = async () => {
  const range = { from: new Date(Date.now() - 60_000), to: new Date(), action: 'wal' } as const;
  const runs = await readRuns(store, SOURCE, range);
  return runs.flatMap(({ segments }) => segments.map((one) => one.name));
};

test('what was stored before the time was up counts, or a slow network would never get on', async () => {
  const path = await segment(1);
  await segment(2);
  await segment(3);
  const slow = new Slow(store, name(3));
  await pushWal(runContext(slow, 15), { path, giveUpAfterMs: 1000 });
  expect(await recorded()).toEqual([name(1), name(2)]);
});

test('what was asked for and is not stored fails, and is on no record', async () => {
  const path = await segment(1);
  const pushed = pushWal(runContext(new Slow(store, name(1)), 15), { path, giveUpAfterMs: 200 });
  await expect(pushed).rejects.toThrow(`${name(1)} could not be stored within 0.2 s`);
  expect(await recorded()).toEqual([]);
});
