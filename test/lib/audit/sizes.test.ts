import { Readable } from 'node:stream';
import { measureSizes } from '../../../lib/audit/sizes.ts';
import { claimStore } from '../../../lib/catalog/reader.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { writeBackup } from '../../support/sample-backup.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledPlan, source } from '../stacks/environment.ts';

const compiled = compiledPlan({ sources: [source('database'), source('orders')] });
const DAY = 86_400_000;

let folder: TempFolder;
let store: ObjectStore;
beforeEach(async () => {
  folder = await tempFolder('sizes');
  store = await openStore(`file://${folder.path}`);
  await claimStore(store, 'shop', 'production');
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

const log = (key: string, bytes: number) =>
  store.put(`wal/7d/database/7575/00000001/${key}.zst`, Readable.from([Buffer.alloc(bytes)]));

test('a full backup is as large as the last three on average', async () => {
  const written = [];
  for (const day of ['01', '02', '03', '04']) {
    written.push(await writeBackup(store, `2026-11-${day}T03:00:00.000Z`));
  }
  const last = written.slice(-3).map(({ storedBytes }) => storedBytes);
  const sizes = await measureSizes(store, compiled, new Date('2026-11-05T00:00:00Z'));
  expect(sizes.get('database')?.full).toBe(Math.round(last.reduce((a, b) => a + b, 0) / 3));
});

test('what a day adds is the log of the last week, of every class', async () => {
  await writeBackup(store, '2026-11-01T03:00:00.000Z');
  await log('000000010000000000000001', 7000);
  await store.put('wal/14d/database/7575/00000001/a.zst', Readable.from([Buffer.alloc(7000)]));
  await store.put('wal/14d/orders/7575/00000001/a.zst', Readable.from([Buffer.alloc(99)]));
  // The log was written now: seen from a week on, it is a week's, and seen from later it is none of the last week's.
  const at = async (days: number) =>
    (await measureSizes(store, compiled, new Date(Date.now() + days * DAY))).get('database')
      ?.perDay;
  expect(await at(0)).toBe(14_000);
  expect(await at(3.5)).toBeCloseTo(4000, -1);
  expect(await at(8)).toBe(0);
});

test('of a source without base backups, snapshots tell how large it is', async () => {
  const cache = source('cache');
  const protections = cache.protections
    .filter(({ kind }) => kind === 'full')
    .map((protection) => ({ ...protection, kind: 'snapshot' as const }));
  const { storedBytes } = await writeBackup(
    store,
    '2026-11-01T03:00:00.000Z',
    { source: 'cache', engine: 'redis', kind: 'snapshot' },
    { position: { engine: 'redis', replicationId: 'a'.repeat(40), offset: 0 } },
  );
  const plan = compiledPlan({ sources: [{ ...cache, protections }] });
  const sizes = await measureSizes(store, plan, new Date('2026-11-05T00:00:00Z'));
  expect(sizes.get('cache')?.full).toBe(storedBytes);
});

test('a source without a full backup is left out: nobody knows its size', async () => {
  await writeBackup(store, '2026-11-01T03:00:00.000Z');
  const sizes = await measureSizes(store, compiled, new Date('2026-11-05T00:00:00Z'));
  expect([...sizes.keys()]).toEqual(['database']);
});
