import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../lib/replace-file.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let file: string;
beforeEach(async () => {
  folder = await tempFolder('replace-file');
  file = join(folder.path, 'template.json');
});
afterEach(() => folder.remove());

test('replaces what was there, and leaves nothing beside it', async () => {
  await writeFile(file, 'old');
  await replaceFile(file, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(folder.path)).toEqual(['template.json']);
});

test('leaves what was there when it cannot be replaced, and nothing beside it', async () => {
  await mkdir(file);
  await expect(replaceFile(file, 'new')).rejects.toThrow();
  expect(await readdir(folder.path)).toEqual(['template.json']);
  await rm(file, { recursive: true });
});
