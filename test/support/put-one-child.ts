/** Writes one object and tells what that took, as JSON: `put-one-child.ts <store URL> <key> <MiB>`. */

import { openStore } from '../../lib/stores/open.ts';
import { MIB } from '../../lib/stores/parts.ts';
import { content } from '../lib/stores/content.ts';

const [url = '', key = '', mebibytes = '0'] = process.argv.slice(2);

let peak = 0;

async function* body(): AsyncGenerator<Uint8Array> {
  const chunk = content(MIB);
  for (let index = 0; index < Number(mebibytes); index++) {
    // The system's own peak would begin with that of the process that started this one.
    peak = Math.max(peak, process.memoryUsage.rss());
    yield chunk;
  }
}

async function main(): Promise<object> {
  const store = await openStore(url, { patienceMs: 0 });
  try {
    const { size } = await store.put(key, body());
    return { size, peakMiB: peak / MIB };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  } finally {
    await store.close();
  }
}

console.log(JSON.stringify(await main()));
