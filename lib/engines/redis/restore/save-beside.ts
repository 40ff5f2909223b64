import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RedisRun } from '../run.ts';
import { SNAPSHOT_FILE } from '../snapshot-file.ts';
import type { PrivateRedis } from './private-server.ts';

/** `REDIS` and the version of the format. */
const HEADER_BYTES = 9;

/**
 * Writes a snapshot beside a restored log, for a server that keeps none. A program that is newer than the server writes a
 * format that the server would refuse: then there is none, and a warning says so.
 */
export async function saveBeside(
  run: RedisRun,
  server: PrivateRedis,
  directory: string,
  folder: string,
): Promise<void> {
  await server.connection.command('SAVE');
  const snapshot = join(directory, SNAPSHOT_FILE);
  const names = await readdir(join(directory, folder));
  const base = names.find((name) => name.endsWith('.base.rdb'));
  if (base === undefined) return;
  const [saved, restored] = [
    await headerOf(snapshot),
    await headerOf(join(directory, folder, base)),
  ];
  if (saved <= restored) return;
  await rm(snapshot);
  run.report({
    level: 'warning',
    message:
      'the redis-server here is newer than the one that wrote the log, so no snapshot was left beside it: start the server with appendonly yes',
  });
}

async function headerOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
