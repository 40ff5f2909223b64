import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { BackupChildInput, BackupChildResult } from './backup-child.ts';

export interface BackupChild {
  readonly pid: number;
  /** Resolves when the first bytes of the data directory have arrived. */
  readonly flowing: Promise<void>;
  /** @throws Error with the signal or what the child wrote to stderr */
  readonly result: Promise<BackupChildResult>;
}

/** Takes a backup in a process of its own. */
export function startBackupChild(input: BackupChildInput): BackupChild {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'backup-child.ts')],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  if (child.pid === undefined) throw new Error('cannot start node');
  // Not as an argument: it holds the password.
  child.stdin.end(JSON.stringify(input));
  const { promise: flowing, resolve } = Promise.withResolvers<void>();
  let last = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line;
    if (/"bytes":[1-9]/.test(line)) resolve();
  });
  const errors = text(child.stderr);
  const result = once(child, 'close').then(async ([code, signal]): Promise<BackupChildResult> => {
    if (code !== 0) throw new Error(`the backup ended with ${signal ?? code}: ${await errors}`);
    return JSON.parse(last);
  });
  result.catch(() => undefined);
  return { pid: child.pid, flowing, result };
}
