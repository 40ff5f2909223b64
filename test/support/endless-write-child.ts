/** Writes one object without an end, until it is killed: `endless-write-child.ts <store URL> <key>`. */
import { openStore } from '../../lib/stores/open.ts';

const [url = '', key = ''] = process.argv.slice(2);

async function* endless(): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(64 * 1024);
  for (;;) {
    yield chunk;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

await (await openStore(url)).put(key, endless());
