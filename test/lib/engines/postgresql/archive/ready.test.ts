import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readyAfter } from '../../../../../lib/engines/postgresql/archive/ready.ts';
import { segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const SIZE = 16 * 1024 * 1024;
const name = (number: number, timeline = 1) =>
  segmentName(timeline, BigInt(number) * BigInt(SIZE), SIZE);

let folder: TempFolder;
const after = (number: number, limit = 16) =>
  readyAfter(join(folder.path, name(number)), name(number), SIZE, limit);

beforeEach(async () => {
  folder = await tempFolder('ready');
});
afterEach(() => folder.remove());

async function ready(...marks: string[]): Promise<void> {
  await mkdir(join(folder.path, 'archive_status'));
  for (const mark of marks) await writeFile(join(folder.path, 'archive_status', mark), '');
}

test('what waits behind a segment, up to the first one that does not', async () => {
  await ready(
    `${name(5)}.ready`,
    `${name(3)}.ready`,
    `${name(4)}.ready`,
    `${name(7)}.ready`,
    `${name(2)}.ready`,
  );
  expect(await after(3)).toEqual([name(4), name(5)]);
  expect(await after(3, 1)).toEqual([name(4)]);
  expect(await after(7)).toEqual([]);
});

test('across the end of a log file of 4 GiB, and on its own timeline alone', async () => {
  await ready(
    `${name(255)}.ready`,
    `${name(256)}.ready`,
    `${name(257, 2)}.ready`,
    `${name(258)}.done`,
  );
  expect(await after(254)).toEqual([name(255), name(256)]);
});

test('nothing where the server marks nothing', async () => {
  expect(await after(3)).toEqual([]);
});
