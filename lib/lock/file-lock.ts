import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { LockError, LockHeldError } from './errors.ts';
import type { HeldLock } from './lock.ts';

const SQLITE_BUSY = 5;

const holderSchema = z.object({ host: z.string(), pid: z.number(), since: z.string() });

/**
 * Locks a file through the operating system, so that the lock ends with its process, however that ends: no stale
 * lock, no takeover, no clock. SQLite is used for nothing but its lock, which works alike on Linux and macOS.
 */
export async function acquireFileLock(path: string, what: string): Promise<HeldLock> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((cause: Error) => {
    throw new LockError(`cannot make the folder of the lock ${path}: ${cause.message}`, { cause });
  });
  const database = open(path);
  try {
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) {
      throw new LockError(`cannot lock ${path}: ${(error as Error).message}`, { cause: error });
    }
    throw new LockHeldError(
      `another ${what} is running${await holderText(path)}; wait until it has ended, or end it`,
    );
  }
  await writeFile(
    holderFile(path),
    JSON.stringify({ host: hostname(), pid: process.pid, since: new Date().toISOString() }),
  );
  let held = true;
  return {
    // A lock of the operating system cannot be lost while the process lives.
    signal: new AbortController().signal,
    release: async () => {
      if (!held) return;
      held = false;
      await rm(holderFile(path), { force: true });
      database.close();
    },
  };
}

function open(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (cause) {
    throw new LockError(`cannot open the lock file ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

const holderFile = (path: string): string => `${path}.holder.json`;

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}

/** Empty where the holder has not written it yet. */
async function holderText(path: string): Promise<string> {
  try {
    const { host, pid, since } = holderSchema.parse(
      JSON.parse(await readFile(holderFile(path), 'utf8')),
    );
    return ` since ${since} as process ${pid} on ${host}`;
  } catch {
    return '';
  }
}
