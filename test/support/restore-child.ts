// Restores in a process of its own, so that tests can kill it, or fill the file system that it alone sees.
// Reads RestoreChildInput as JSON from stdin; writes one JSON line for each event and a last one with the outcome.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { restorePostgresql } from '../../lib/engines/postgresql/restore/restore.ts';
import type { RunEvent } from '../../lib/engines/run.ts';
import { openStore } from '../../lib/stores/open.ts';
import { runContext } from './backup-source.ts';
import type { ServerVersion } from './postgres-install.ts';

export interface RestoreChildInput {
  readonly url: string;
  readonly version: ServerVersion;
  readonly target: string;
  readonly binDir: string;
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Mounts a file system of so many MiB below the target, and fills it when this event comes. */
  readonly full?: { readonly mebibytes: number; readonly during: string };
}

export interface RestoreChildOutcome {
  readonly error: string | null;
  readonly message: string | null;
  /** Names in the target and in its parent. */
  readonly target: readonly string[];
  readonly parent: readonly string[];
}

const input: RestoreChildInput = JSON.parse(await text(process.stdin));
const parent = dirname(input.target);
if (input.full) {
  mkdirSync(parent);
  const size = `size=${input.full.mebibytes}m,mode=755`;
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', parent]);
}
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
let filled = false;
const store = await openStore(input.url);
const failure: unknown = await restorePostgresql(
  runContext(store, input.version, {
    report(event: RunEvent) {
      say(event);
      if (filled || !input.full || event.message !== input.full.during) return;
      filled = true;
      fill(join(parent, 'filler'));
    },
  }),
  { target: input.target, to: 'latest', binDir: input.binDir, owner: input.owner },
).then(
  () => undefined,
  (error: unknown) => error,
);
await store.close();
const outcome: RestoreChildOutcome = {
  error: failure instanceof Error ? failure.name : null,
  message: failure instanceof Error ? failure.message : null,
  target: readdirSync(input.target),
  parent: readdirSync(parent),
};
say(outcome);

/** To the last byte. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  for (let size = 1024 * 1024; size >= 1; ) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
  closeSync(file);
}
