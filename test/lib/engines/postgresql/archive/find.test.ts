import { Readable } from 'node:stream';
import { walKey } from '../../../../../lib/catalog/wal.ts';
import { findWal } from '../../../../../lib/engines/postgresql/archive/find.ts';
import { walFileName } from '../../../../../lib/engines/postgresql/archive/wal-file.ts';
import { segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext, SOURCE } from '../../../../support/backup-source.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const MIB = 1024 * 1024;
const SYSTEM = '7575757575757575757';
/** As a stream leaves them behind while a server writes little: one each time that it flushes. */
const BEGINNINGS = 300;

let folder: TempFolder;
let store: ObjectStore;

beforeEach(async () => {
  folder = await tempFolder('find-wal');
  store = await openStore(`file://${folder.path}`);
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

const name = (number: number) => segmentName(1, BigInt(number * MIB), MIB);

async function put(number: number, durable?: number): Promise<void> {
  const place = { class: '7d', source: SOURCE, systemId: SYSTEM };
  const end = durable === undefined ? undefined : BigInt(number * MIB + durable);
  await store.put(walKey(place, 1, name(number), end), Readable.from([Buffer.from('any')]));
}

async function find(number: number) {
  const file = walFileName(name(number));
  if (!file) throw new Error(`${name(number)} is no name`);
  return findWal(runContext(store, 15), SYSTEM, file);
}

test('the whole segment, however many beginnings of it were stored before', async () => {
  for (let at = 1; at <= BEGINNINGS; at++) await put(1, at);
  await put(1);
  await put(2);
  const found = await find(1);
  expect(found?.wanted).toMatchObject({ name: name(1), kind: 'segment' });
  expect(found?.following.map((stored) => stored.name)).toEqual([name(2)]);
});

test('of many beginnings the one that reaches furthest', async () => {
  for (let at = 1; at <= BEGINNINGS; at++) await put(1, at);
  expect((await find(1))?.wanted).toMatchObject({ durable: BigInt(MIB + BEGINNINGS) });
});

test('a hole is seen behind many beginnings', async () => {
  for (let at = 1; at <= BEGINNINGS; at++) await put(1, at);
  await put(2);
  await expect(find(1)).rejects.toThrow(`goes on there with ${name(2)}`);
});
