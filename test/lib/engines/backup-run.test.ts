import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPhysical } from '../../../lib/catalog/manifest.ts';
import { readRuns, scanBackups } from '../../../lib/catalog/reader.ts';
import { runBackup } from '../../../lib/engines/backup-run.ts';
import { checkLineage } from '../../../lib/engines/postgresql/lineage.ts';
import type { RunEvent } from '../../../lib/engines/run.ts';
import { LockHeldError } from '../../../lib/lock/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { runContext, SOURCE } from '../../support/backup-source.ts';
import { chunks, end } from '../../support/sample-backup.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

let folder: TempFolder;
let store: ObjectStore;
let events: RunEvent[];

beforeEach(async () => {
  folder = await tempFolder('backup-run');
  store = await openStore(`file://${folder.path}`);
  events = [];
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

const run = () => runContext(store, 15, { report: (event) => events.push(event) });

const backup = () =>
  runBackup(run(), {
    kind: 'full',
    prepare: async () => ({ found: undefined }),
    take: async (_, { writer }) => {
      await writer.writeFile('base.tar', chunks('data'), { encoding: 'zstd' });
      return end();
    },
  });

test('a manifest that cannot be read stops no further backup, and is told', async () => {
  const first = await backup();
  const place = join(folder.path, 'catalog', first.class, SOURCE);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, '20260101T000000Z-full-00000000.json'), 'altered');

  const second = await backup();
  expect((await scanBackups(store, SOURCE)).manifests.map(({ id }) => id)).toContain(second.id);
  expect(events.filter(({ level }) => level === 'warning')).toMatchObject([
    { message: expect.stringContaining('20260101T000000Z-full-00000000.json') },
  ]);
  const { systemId } = isPhysical(second) ? second.position : { systemId: '' };
  await checkLineage(run(), systemId, undefined);
  await expect(checkLineage(run(), '8', undefined)).rejects.toThrow('it is another cluster');
});

test('one that finds another at work is refused, and no failure is on record for it', async () => {
  const refused = Promise.withResolvers<unknown>();
  await runBackup(run(), {
    kind: 'full',
    prepare: async () => ({ found: undefined }),
    take: async (_, { writer }) => {
      await backup().catch(refused.resolve);
      await writer.writeFile('base.tar', chunks('data'), { encoding: 'zstd' });
      return end();
    },
  });
  expect(await refused.promise).toBeInstanceOf(LockHeldError);
  const range = { from: new Date('2000-01-01T00:00:00Z'), to: new Date('2100-01-01T00:00:00Z') };
  const runs = await readRuns(store, SOURCE, { ...range, action: 'backup' });
  expect(runs.map(({ outcome }) => outcome)).toEqual(['succeeded']);
});
