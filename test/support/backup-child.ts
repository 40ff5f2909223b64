// Takes one backup as a process of its own, so that tests can kill it and measure its memory.
// Reads BackupChildInput as JSON from stdin; writes one JSON line for each event and a last one with the result.
import { text } from 'node:stream/consumers';
import { backupPostgresql } from '../../lib/engines/postgresql/base-backup.ts';
import type { ServerAddress } from '../../lib/engines/postgresql/connection.ts';
import { backupIncremental } from '../../lib/engines/postgresql/incremental/incremental-backup.ts';
import type { PostgresqlRun } from '../../lib/engines/postgresql/run.ts';
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
  /** @default a full one */
  readonly kind?: 'incremental';
  /** Rows of the source. @default those of `runContext` */
  readonly protections?: PostgresqlRun['source']['protections'];
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
const run = runContext(store, input.version, { report: say });
const { protections = run.source.protections } = input;
const backup = input.kind === 'incremental' ? backupIncremental : backupPostgresql;
const manifest = await backup(
  { ...run, source: { ...run.source, protections } },
  { address: input.address, checkpoint: 'fast' },
);
const result: BackupChildResult = {
  backup: manifest.id,
  logicalBytes: manifest.logicalBytes,
  seconds: (performance.now() - started) / 1000,
  peakBytes: await peakMemory(),
};
say(result);
await store.close();
