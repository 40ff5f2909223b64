import { open } from 'node:fs/promises';

/**
 * Changes one byte of a file, whatever it was: writing a fixed value would now and then change nothing.
 * @param offset default: the middle
 */
export async function flipByte(path: string, offset?: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const at = offset ?? Math.floor((await file.stat()).size / 2);
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    await file.write(Buffer.from([byte.readUInt8() ^ 0x20]), 0, 1, at);
  } finally {
    await file.close();
  }
}
