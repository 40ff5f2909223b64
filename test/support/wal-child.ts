// Streams WAL as a process of its own, so that tests can kill it and measure its memory.
// Reads WalChildInput as JSON from stdin; writes one JSON line for each event and progress. Ends on SIGTERM.
import { text } from 'node:stream/consumers';
import type { ServerAddress } from '../../lib/engines/postgresql/connection.ts';
import { streamWal } from '../../lib/engines/postgresql/wal/stream.ts';
import { openStore } from '../../lib/stores/open.ts';
import { runContext } from './backup-source.ts';
import { peakMemory } from './peak-memory.ts';
import type { ServerVersion } from './postgres-install.ts';

export interface WalChildInput {
  readonly url: string;
  readonly address: ServerAddress;
  readonly version: ServerVersion;
  readonly flushSeconds: number;
}

const input: WalChildInput = JSON.parse(await text(process.stdin));
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const store = await openStore(input.url);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const run = runContext(store, input.version, { report: say, signal: stop.signal });
const memory = setInterval(() => say({ rss: process.memoryUsage.rss() }), 250);
await streamWal(run, {
  address: input.address,
  flushSeconds: input.flushSeconds,
  onProgress: say,
});
clearInterval(memory);
await store.close();
say({ peakBytes: await peakMemory() });
