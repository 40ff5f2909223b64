import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file beside its place and then into it, so that nobody reads half of it and a failure leaves what was there. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const partial = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(partial, text);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
