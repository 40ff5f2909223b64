import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DamagedError } from '../../../catalog/errors.ts';
import { openFile } from '../../../catalog/files.ts';
import type { Manifest, ManifestFile } from '../../../catalog/manifest.ts';
import { progress } from '../restore/progress.ts';
import type { PostgresqlRun } from '../run.ts';
import { LoadRefusedError } from './errors.ts';

/** Works in a folder of its own below `parent`, which is gone afterwards. @throws LoadRefusedError */
export async function withScratch<T>(
  parent: string | undefined,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const place = resolve(parent ?? tmpdir());
  const folder = await mkdtemp(join(place, 'tidemark-load-')).catch((cause: Error) => {
    throw new LoadRefusedError(
      `cannot make a folder in ${place}: ${cause.message}; name a directory that exists and has room for the archive with --scratch`,
      { cause },
    );
  });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Brings one file of a backup into a folder, decoded, every byte compared with the digests: nothing of an altered file
 * is ever executed or loaded. Returns its path.
 * @throws DamagedError; LoadRefusedError where there is no room for it
 */
export async function fetchFile(
  run: PostgresqlRun,
  backup: Manifest,
  name: string,
  folder: string,
): Promise<string> {
  const file = fileOf(backup, name);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < file.logicalSize) {
    throw new LoadRefusedError(
      `${folder} has ${mebibytes(bavail * bsize)} free and ${name} needs ${mebibytes(file.logicalSize)}; name a directory with more room with --scratch`,
    );
  }
  const path = join(folder, name.replaceAll('/', '_'));
  const advance = progress(run, 'fetching and checking the archive', file.logicalSize);
  const { signal } = run;
  await pipeline(
    openFile(run.store, backup, file, { signal }),
    async function* (chunks) {
      for await (const chunk of chunks) {
        advance(chunk.byteLength);
        yield chunk;
      }
    },
    createWriteStream(path, { mode: 0o600, flags: 'wx' }),
    { signal },
  );
  return path;
}

/** @throws DamagedError if the backup has no such file */
export function fileOf(backup: Manifest, name: string): ManifestFile {
  const file = backup.files.find((candidate) => candidate.name === name);
  if (!file) throw new DamagedError(`${backup.id} has no file ${name}, which its manifest names`);
  return file;
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
