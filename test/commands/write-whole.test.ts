import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../lib/commands/write-whole.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;

beforeEach(async () => {
  folder = await tempFolder('write-whole');
});

afterEach(() => folder.remove());

test('replaces a file, and through a link the one that it leads to', async () => {
  const real = join(folder.path, 'real.txt');
  const link = join(folder.path, 'link.txt');
  await writeFile(real, 'old');
  await symlink(real, link);
  await writeWhole(link, 'new');
  expect(await readFile(real, 'utf8')).toBe('new');
});

test('leaves nothing behind where it cannot', async () => {
  const at = join(folder.path, 'folder');
  await mkdir(at);
  await expect(writeWhole(at, 'text')).rejects.toThrow(/is a directory; name a file in it/);
  await expect(writeWhole(join(at, 'none', 'a.txt'), 'text')).rejects.toThrow(/there is no folder/);
  expect(await readdir(at)).toEqual([]);
});

test('writes to what is no file instead of replacing it', async () => {
  const pipe = join(folder.path, 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  const [text] = await Promise.all([readFile(pipe, 'utf8'), writeWhole(pipe, 'text')]);
  expect(text).toBe('text');
  expect((await stat(pipe)).isFIFO()).toBe(true);
});
