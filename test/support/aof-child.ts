// Ships an append-only file as a process of its own, so that tests can kill it and measure its memory.
// Reads AofChildInput as JSON from stdin; writes one JSON line for each event and progress. Ends on SIGTERM.
import { text } from 'node:stream/consumers';
import type { RedisAddress } from '../../lib/engines/redis/address.ts';
import { shipAof } from '../../lib/engines/redis/aof/ship.ts';
import { openStore } from '../../lib/stores/open.ts';
import { peakMemory } from './peak-memory.ts';
import { redisRun } from './redis-source.ts';

export interface AofChildInput {
  readonly url: string;
  readonly server: RedisAddress;
  readonly directory: string;
}

const input: AofChildInput = JSON.parse(await text(process.stdin));
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const store = await openStore(input.url);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
await shipAof(redisRun(store, { report: say, signal: stop.signal }), {
  server: input.server,
  directory: input.directory,
  flushSeconds: 0.1,
  heartbeatSeconds: 0,
  onProgress: say,
});
await store.close();
say({ peakBytes: await peakMemory() });
