import { realpath, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFile } from '../replace-file.ts';
import { InputError } from './input-error.ts';

/**
 * Writes a file beside its place and then into it, so that nobody reads half of it and a failure leaves what was there.
 * A pipe or a device is written to as it is, and of a link what it leads to.
 * @throws InputError where no file can be: a directory, or a folder that does not exist
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw new InputError(`${file} is a directory; name a file in it`);
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (!folder?.isDirectory())
    throw new InputError(`there is no folder ${dirname(file)} to write ${file} into; create it`);
  try {
    if (there && !there.isFile()) await writeFile(file, text);
    else await replaceFile(there ? await realpath(file) : file, text);
  } catch (cause) {
    throw new Error(`${file} was not written`, { cause });
  }
}
