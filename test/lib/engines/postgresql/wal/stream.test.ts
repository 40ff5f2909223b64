import { streamWal } from '../../../../../lib/engines/postgresql/wal/stream.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectInfo } from '../../../../../lib/stores/store.ts';
import { runContext } from '../../../../support/backup-source.ts';
import { StoreWrapper } from '../../../../support/store-wrapper.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

/** A store that is away: nobody hears of what was asked. */
class SilentStore extends StoreWrapper {
  readonly asked = Promise.withResolvers<void>();

  override head(): Promise<ObjectInfo | undefined> {
    this.asked.resolve();
    return new Promise(() => undefined);
  }
}

test('it ends at once when it is told to while the store does not even say whose it is', async () => {
  const folder = await tempFolder('wal');
  const store = new SilentStore(await openStore(`file://${folder.path}`));
  const stop = new AbortController();
  const run = runContext(store, 18, { signal: stop.signal });
  const address = { host: '127.0.0.1', port: 1, database: '', user: '', password: '' };
  const streaming = streamWal(run, { address: { ...address, tls: 'disable' } });
  await store.asked.promise;
  stop.abort();
  await expect(streaming).resolves.toBeUndefined();
  await store.close();
  await folder.remove();
});
