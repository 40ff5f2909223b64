// Takes one backup as a process of its own, so that tests can kill it and measure its memory.
// Reads BackupChildInput as JSON from stdin; writes one JSON line for each event and a last one with the result.
import { text } from 'node:stream/consumers';
import { backupPostgresql } from '../../lib/engines/postgresql/base-backup.ts';
import type { ServerAddress } from '../../lib/engines/postgresql/connection.ts';
import { openStore } from '../../lib/stores/open.ts';
import { runContext } from './backup-source.ts';
import { peakMemory } from './peak-memory.ts';
import type { ServerVersion } from './postgres-install.ts';
import { SlowStore } from './slow-store.ts';

export interface BackupChildInput {
  readonly url: string;
  readonly address: ServerAddress;
  readonly version: ServerVersion;
  readonly bytesPerSecond?: number;
}

export interface BackupChildResult {
  readonly backup: string;
  readonly logicalBytes: number;
  readonly seconds: number;
  /** Most memory that was resident at once. */
  readonly peakBytes: number;
}

const input: BackupChildInput = JSON.parse(await text(process.stdin));
const store = new SlowStore(await openStore(input.url));
store.bytesPerSecond = input.bytesPerSecond ?? Number.POSITIVE_INFINITY;
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const started = performance.now();
const manifest = await backupPostgresql(runContext(store, input.version, { report: say }), {
  address: input.address,
  checkpoint: 'fast',
});
const result: BackupChildResult = {
  backup: manifest.id,
  logicalBytes: manifest.logicalBytes,
  seconds: (performance.now() - started) / 1000,
  peakBytes: await peakMemory(),
};
say(result);
await store.close();
