import { measurements } from '../../../lambda/verify-checksum/measurements.ts';
import { run } from '../../../lambda/verify-checksum/verify-checksum.ts';
import { METRIC } from '../../../lib/alerting/metrics.ts';
import { dataPrefix, manifestKey } from '../../../lib/catalog/keys.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { readRuns } from '../../../lib/catalog/reader.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { compiledPlan } from '../../lib/stacks/environment.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { commitBackup, copyWithDamage } from '../backups.ts';

const compiled = compiledPlan();
const NOW = new Date('2026-11-21T06:30:00Z');
const OLD = new Date('2026-11-20T03:00:00Z');
const NEW = new Date('2026-11-21T03:00:00Z');

let server: S3Server;
let store: ObjectStore;
let older: Manifest;
let newer: Manifest;

const open = (bucket: string): Promise<ObjectStore> =>
  openStore(server.url(bucket), { credentials: server, patienceMs: 1000 });

const deps = (of: ObjectStore, signal = new AbortController().signal) => ({
  store: of,
  compiled,
  now: () => NOW,
  signal,
});

const whole = (source: string, eventId: string) =>
  ({ task: { kind: 'source', source }, eventId, eventTime: NOW }) as const;

const one = ({ class: name, source, id }: Manifest, eventId: string) =>
  ({ task: { kind: 'backup', source, class: name, id }, eventId, eventTime: NOW }) as const;

beforeAll(async () => {
  server = await startS3();
  await server.createBucket('sound', { versioning: true });
  store = await open('sound');
  older = await commitBackup(store, { source: 'orders', at: OLD });
  newer = await commitBackup(store, { source: 'orders', at: NEW, size: 20_000_000 });
}, 60_000);

afterAll(async () => {
  await store?.close();
  await server?.stop();
});

describe('a sound store', () => {
  test('passes, backup by backup, and the record says so', async () => {
    const record = await run(one(newer, 'created-1'), deps(store));
    expect(record).toMatchObject({
      action: 'verify',
      outcome: 'succeeded',
      error: null,
      wal: null,
      backups: [{ id: newer.id, class: '30d', bytes: newer.storedBytes, problems: [] }],
    });
    const stored = await readRuns(store, 'orders', { from: NOW, to: NOW, action: 'verify' });
    expect(stored).toEqual([record]);
  });

  test('is not verified again for the second delivery of an event', async () => {
    const first = await run(one(older, 'created-2'), deps(store));
    const second = await run(one(older, 'created-2'), {
      ...deps(store),
      now: () => new Date('2026-11-21T08:00:00Z'),
    });
    expect(second).toEqual(first);
  });

  test('is verified whole on schedule, the write-ahead log too', async () => {
    const record = await run(whole('orders', 'weekly-1'), deps(store));
    expect(record.outcome).toBe('succeeded');
    expect(record.backups.map(({ id }) => id).sort()).toEqual([older.id, newer.id].sort());
    expect(record.wal).toEqual({ segments: 0, bytes: 0, problems: [] });
  });

  test('fails a verification for which the time was over', async () => {
    const record = await run(whole('orders', 'weekly-2'), deps(store, AbortSignal.abort()));
    expect(record).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('time was over after 0 of 2 backups'),
    });
    expect(measurements(compiled, { kind: 'source', source: 'orders' }, record)).toMatchObject([
      { values: { [METRIC.verificationProblems]: 1 } },
    ]);
  });

  test('proves nothing about a source without a backup', async () => {
    const record = await run(whole('wal', 'weekly-7'), deps(store));
    expect(record).toMatchObject({
      outcome: 'failed',
      error: 'there is no backup of wal, so nothing was verified',
    });
  });

  test('has no such source', async () => {
    await expect(run(whole('nothing', 'weekly-3'), deps(store))).rejects.toThrow(
      'plan shop has no source "nothing"',
    );
  });

  test('misses a manifest that somebody removed before it was verified', async () => {
    const gone = { ...newer, id: '20261121T030000Z-full-00000000' };
    const record = await run(one(gone, 'created-3'), deps(store));
    expect(record).toMatchObject({
      outcome: 'failed',
      error: `catalog/30d/orders/${gone.id}.json does not exist any more; something removed the manifest`,
    });
  });
});

describe('one altered bit', () => {
  const damaged = async (bucket: string, key: string): Promise<ObjectStore> => {
    await server.createBucket(bucket, { versioning: true });
    await copyWithDamage(server, 'sound', bucket, key);
    return open(bucket);
  };
  const values = (record: Awaited<ReturnType<typeof run>>, kind: 'source' | 'backup') =>
    measurements(
      compiled,
      kind === 'source' ? { kind, source: 'orders' } : one(newer, '').task,
      record,
    )[0]?.values[METRIC.verificationProblems];

  test.each(['base.tar', 'wal/000000010000000000000003.zst', 'SHA256SUMS', 'parts.json'])(
    'in %s is found and named',
    async (file) => {
      const key = `${dataPrefix('30d', 'orders', older.id)}${file}`;
      const other = await damaged(`damaged-${file.replace(/\W/g, '-').toLowerCase()}`, key);
      const record = await run(whole('orders', 'weekly-4'), deps(other));
      expect(record.outcome).toBe('failed');
      expect(record.backups.find(({ id }) => id === older.id)?.problems.join()).toContain(key);
      expect(record.backups.find(({ id }) => id === newer.id)?.problems).toEqual([]);
      expect(values(record, 'source')).toBeGreaterThanOrEqual(1);
      await other.close();
    },
  );

  test('in a manifest is found and named', async () => {
    const key = manifestKey('30d', 'orders', newer.id);
    const other = await damaged('damaged-manifest', key);
    for (const input of [whole('orders', 'weekly-5'), one(newer, 'created-5')]) {
      const record = await run(input, deps(other));
      expect(record).toMatchObject({ outcome: 'failed', error: expect.stringContaining(key) });
    }
    await other.close();
  });

  test('keeps the alarm until the whole source passes, whatever a new backup says', async () => {
    const key = `${dataPrefix('30d', 'orders', older.id)}base.tar`;
    const other = await damaged('damaged-again', key);
    expect(values(await run(one(newer, 'created-6'), deps(other)), 'backup')).toBeNull();
    expect(values(await run(one(older, 'created-7'), deps(other)), 'backup')).toBeGreaterThan(0);
    expect(values(await run(whole('orders', 'weekly-6'), deps(store)), 'source')).toBe(0);
    await other.close();
  });
});
