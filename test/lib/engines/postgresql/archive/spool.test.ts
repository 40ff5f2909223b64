import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import type os from 'node:os';
import { dirname, join } from 'node:path';
import { Spool } from '../../../../../lib/engines/postgresql/archive/spool.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext } from '../../../../support/backup-source.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const SYSTEM = '7575757575757575757';

let folder: TempFolder;
let store: ObjectStore;
let temporary: string;

beforeEach(async () => {
  folder = await tempFolder('spool');
  store = await openStore(`file://${folder.path}/store`);
  temporary = folder.path;
  // The environment that a test sees is not the one that Node.js reads.
  jest
    .spyOn(jest.requireActual<typeof os>('node:os'), 'tmpdir')
    .mockImplementation(() => temporary);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
  await folder.remove();
});

const make = (systemId = SYSTEM) => Spool.make(runContext(store, 15), systemId, 'push');
const find = (systemId = SYSTEM) => Spool.find(runContext(store, 15), systemId, 'push');

test('is there once it was made, for one cluster and one store', async () => {
  expect(await find()).toBeUndefined();
  await make();
  expect(await find()).toBeDefined();
  expect(await find('1')).toBeUndefined();
  const other = await openStore(`file://${folder.path}/other`);
  expect(await Spool.find(runContext(other, 15), SYSTEM, 'push')).toBeUndefined();
  await other.close();
});

test('what was left is taken once, and gives way to what is left next', async () => {
  const spool = await make();
  await spool?.leave(
    new Map([
      ['a', '1'],
      ['b', '2'],
    ]),
  );
  expect(await spool?.take('a')).toBe('1');
  expect(await spool?.take('a')).toBeUndefined();
  await spool?.leave(new Map([['c', '3']]));
  expect(spool && (await readdir(spool.folder))).toEqual(['c']);
});

test('a folder that others can write to says nothing', async () => {
  const spool = await make();
  await chmod(spool?.folder ?? '', 0o770);
  expect(await find()).toBeUndefined();
  expect(await make()).toBeUndefined();
});

test('a folder that leads elsewhere, or that somebody could exchange, is none', async () => {
  const made = (await make())?.folder ?? '';
  // Private and ours as well, and full of files that are none of a spool.
  const elsewhere = join(folder.path, 'pg_wal');
  await mkdir(elsewhere, { mode: 0o700 });
  await rm(made, { recursive: true });
  await symlink(elsewhere, made);
  expect(await find()).toBeUndefined();
  expect(await make()).toBeUndefined();

  await rm(made);
  await rename(elsewhere, made);
  expect(await find()).toBeDefined();
  await chmod(dirname(made), 0o777);
  expect(await find()).toBeUndefined();
});

test('without a place for it there is none', async () => {
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  temporary = file;
  expect(await make()).toBeUndefined();
});
