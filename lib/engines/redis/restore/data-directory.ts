import { chown, link, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from '../../restore-target.ts';
import { SNAPSHOT_FILE } from '../snapshot-file.ts';

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Redis' default for `appendfilename`, from which the names of all append-only files are made. */
const LOG_NAME = 'appendonly.aof';

/** Streams a snapshot into a data directory, to where Redis looks for it, and makes it last. */
export async function writeSnapshot(
  directory: string,
  body: AsyncIterable<Uint8Array>,
  owner: Owner | undefined,
): Promise<void> {
  const file = await open(join(directory, SNAPSHOT_FILE), 'wx', FILE_MODE);
  try {
    for await (const chunk of body) await file.writeFile(chunk);
    if (owner) await file.chown(owner.uid, owner.gid);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Makes the snapshot the base of an append-only log too: with `appendonly yes` Redis looks there alone, and starts empty
 * where there is nothing. Both are one file: Redis never changes either, it replaces them.
 * @param folder Redis' `appenddirname`
 */
export async function linkAppendOnly(
  directory: string,
  folder: string,
  owner: Owner | undefined,
): Promise<void> {
  const log = join(directory, folder);
  const base = `${LOG_NAME}.1.base.rdb`;
  const manifest = join(log, `${LOG_NAME}.manifest`);
  await mkdir(log, { mode: DIRECTORY_MODE });
  await link(join(directory, SNAPSHOT_FILE), join(log, base));
  await writeFile(manifest, `file ${base} seq 1 type b\n`, { mode: FILE_MODE, flush: true });
  if (owner) for (const path of [log, manifest]) await chown(path, owner.uid, owner.gid);
}
