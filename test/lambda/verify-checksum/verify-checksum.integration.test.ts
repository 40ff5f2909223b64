import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { measurements } from '../../../lambda/verify-checksum/measurements.ts';
import type { Step } from '../../../lambda/verify-checksum/verify-checksum.ts';
import { METRIC } from '../../../lib/alerting/metrics.ts';
import { dataPrefix, manifestKey } from '../../../lib/catalog/keys.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { readRuns } from '../../../lib/catalog/reader.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { compiledPlan } from '../../lib/stacks/environment.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { commitBackup, copyWithDamage } from '../backups.ts';
import { created, scheduled, Verifications } from '../verification.ts';

const compiled = compiledPlan();
const NOW = new Date('2026-11-21T06:30:00Z');
const OLD = new Date('2026-11-20T03:00:00Z');
const NEW = new Date('2026-11-21T03:00:00Z');

let server: S3Server;
let store: ObjectStore;
let verifications: Verifications;
let older: Manifest;
let newer: Manifest;

const open = (bucket: string): Promise<ObjectStore> =>
  openStore(`${server.url(bucket)}&partSize=5MiB`, { credentials: server, patienceMs: 1000 });

const keyOf = ({ class: name, source, id }: Manifest): string => manifestKey(name, source, id);

async function recorded(
  event: unknown,
  of: ObjectStore = store,
): Promise<NonNullable<Step['ended']>> {
  const ended = await verifications.run(event, { compiled, store: of });
  if (!ended) throw new Error('nothing was verified');
  return ended;
}

beforeAll(async () => {
  server = await startS3();
  await server.createBucket('sound', { objectLock: true });
  store = await open('sound');
  verifications = await Verifications.open(server, 'shop');
  older = await commitBackup(store, { source: 'orders', at: OLD });
  newer = await commitBackup(store, { source: 'orders', at: NEW, size: 23_000_000 });
});

afterAll(async () => {
  await verifications?.close();
  await store?.close();
  await server?.stop();
});

describe('a sound store', () => {
  test('passes, backup by backup; the record, the evidence and the hold say so', async () => {
    const { record, hold } = await recorded(created(keyOf(newer), 'created-1'));
    expect(record).toMatchObject({
      action: 'verify',
      outcome: 'succeeded',
      error: null,
      wal: null,
      backups: [{ id: newer.id, class: '30d', bytes: newer.storedBytes, problems: [] }],
    });
    const day = { from: NOW, to: NOW, action: 'verify' } as const;
    expect(await readRuns(store, 'orders', day)).toEqual([record]);
    expect(await readRuns(verifications.evidence, 'orders', day)).toEqual([record]);
    expect(hold).toMatchObject({ outcome: 'held', held: [newer.id] });
    expect(await store.holds?.isHeld(keyOf(newer))).toBe(true);
  });

  test('is read in parts where a backup is large', async () => {
    const indices: number[] = [];
    const items = new Set<string>();
    await verifications.run(scheduled('orders', 'parts'), {
      compiled,
      store,
      onItem: ({ index, item }) => {
        indices.push(index);
        items.add(
          item.kind === 'slice' ? `${item.slice.object} ${item.slice.parts.from}` : item.kind,
        );
      },
    });
    expect([...items].sort()).toEqual([
      'backup',
      'base.tar 0',
      'base.tar 2',
      'base.tar 4',
      'wal',
      'wal/000000010000000000000003.zst 0',
    ]);
    expect(indices).toHaveLength(6);
  });

  test('is not verified again for the second delivery of an event', async () => {
    const event = created(keyOf(older), 'created-2');
    await recorded(event);
    const again = await verifications.run(event, { compiled, store, onItem: () => fail() });
    expect(again).toBeUndefined();
  });

  test('is recorded once if an event is delivered twice at the same time', async () => {
    const event = scheduled('orders', 'twice');
    const [first, second] = await Promise.all([recorded(event), recorded(event)]);
    expect(second.record).toEqual(first.record);
    expect(first.record.outcome).toBe('succeeded');
  });

  test('is verified whole on schedule, the write-ahead log too', async () => {
    const { record } = await recorded(scheduled('orders', 'weekly-1'));
    expect(record.outcome).toBe('succeeded');
    expect(record.backups.map(({ id }) => id).sort()).toEqual([older.id, newer.id].sort());
    expect(record.wal).toEqual({ segments: 0, bytes: 0, problems: [] });
  });

  test('fails a verification for which the time was over', async () => {
    const ended = await verifications.run(scheduled('orders', 'weekly-2'), {
      compiled,
      store,
      signal: AbortSignal.abort(),
    });
    expect(ended?.record).toMatchObject({
      outcome: 'failed',
      backups: [],
      error: expect.stringContaining(`time was over before ${older.id} was read`),
    });
    expect(ended?.hold).toBeUndefined();
    const [measured] = ended ? measurements(compiled, ended.record, ended.whole) : [];
    expect(measured?.values[METRIC.verificationProblems]).toBe(1);
  });

  test('proves nothing about a source without a backup', async () => {
    const { record } = await recorded(scheduled('wal', 'weekly-7'));
    expect(record).toMatchObject({
      outcome: 'failed',
      error: 'there is no backup of wal, so nothing was verified',
    });
  });

  test('has no such source', async () => {
    await expect(recorded(scheduled('nothing', 'weekly-3'))).rejects.toThrow(
      'plan shop has no source "nothing"',
    );
  });

  test('tells of a backup whose bytes are sound and whose parent is not there', async () => {
    await server.createBucket('orphaned', { objectLock: true });
    const orphaned = await open('orphaned');
    const child = await commitBackup(orphaned, { source: 'orders', at: NEW, parent: older.id });
    const { record, hold } = await recorded(scheduled('orders', 'scheduled-orphan'), orphaned);
    await orphaned.close();
    expect(record.outcome).toBe('failed');
    expect(record.backups).toMatchObject([
      {
        id: child.id,
        problems: [
          `${child.id} builds on ${older.id}, of which there is no manifest: it cannot be restored`,
        ],
      },
    ]);
    expect(hold).toBeUndefined();
  });

  test('misses a manifest that somebody removed before it was verified', async () => {
    const gone = { ...newer, id: '20261121T030000Z-full-00000000' };
    const { record } = await recorded(created(keyOf(gone), 'created-3'));
    expect(record).toMatchObject({
      outcome: 'failed',
      error: `catalog/30d/orders/${gone.id}.json does not exist any more; something removed the manifest`,
    });
  });
});

describe('backups that have stopped', () => {
  test('leave the one that is held, which is verified behind its delete marker as long as it is there', async () => {
    await server.createBucket('stopped', { objectLock: true });
    const stopped = await open('stopped');
    const last = await commitBackup(stopped, { source: 'orders', at: OLD });
    const lost = await commitBackup(stopped, { source: 'wal', at: OLD });
    await recorded(created(keyOf(last), 'stopped-1'), stopped);
    const { Contents = [] } = await server.client.send(
      new ListObjectsV2Command({ Bucket: 'stopped' }),
    );
    // What a lifecycle does when the time of all backups is over.
    for (const { Key = '' } of Contents) {
      if (!/^(catalog|data)\//.test(Key)) continue;
      await server.client.send(new DeleteObjectCommand({ Bucket: 'stopped', Key }));
    }
    const { record, hold } = await recorded(scheduled('orders', 'stopped-2'), stopped);
    expect(record).toMatchObject({
      outcome: 'succeeded',
      backups: [{ id: last.id, bytes: last.storedBytes, problems: [] }],
    });
    expect(hold?.held).toEqual([last.id]);
    // Nobody holds this one: it is about to go, and nothing is left of its source.
    const other = await recorded(scheduled('wal', 'stopped-3'), stopped);
    expect(other.record.backups.map(({ id }) => id)).not.toContain(lost.id);
    expect(other.record.error).toContain('there is no backup of wal');
    await stopped.close();
  });
});

describe('one altered bit', () => {
  const damaged = async (bucket: string, key: string): Promise<ObjectStore> => {
    await server.createBucket(bucket, { objectLock: true });
    await copyWithDamage(server, 'sound', bucket, key);
    return open(bucket);
  };
  const problems = ({ record, whole }: NonNullable<Step['ended']>) =>
    measurements(compiled, record, whole)[0]?.values[METRIC.verificationProblems];

  test.each(['base.tar', 'wal/000000010000000000000003.zst', 'SHA256SUMS', 'parts.json'])(
    'in %s is found and named, in a backup of one item and of many',
    async (file) => {
      for (const [sick, sound] of [
        [older, newer],
        [newer, older],
      ] as const) {
        const key = `${dataPrefix('30d', 'orders', sick.id)}${file}`;
        const bucket = `damaged-${sick === older ? 'small' : 'large'}-${file.replace(/\W/g, '-').toLowerCase()}`;
        const other = await damaged(bucket, key);
        const ended = await recorded(scheduled('orders', bucket), other);
        expect(ended.record.outcome).toBe('failed');
        const found = (id: string) => ended.record.backups.find((backup) => backup.id === id);
        expect(found(sick.id)?.problems.join()).toContain(key);
        expect(found(sound.id)?.problems).toEqual([]);
        expect(problems(ended)).toBeGreaterThanOrEqual(1);
        expect(await other.holds?.isHeld(keyOf(sick))).toBe(false);
        await other.close();
      }
    },
    30_000,
  );

  test('is worth no more than a delete marker on an object of a visible backup', async () => {
    for (const [sick, bucket] of [
      [older, 'marked-small'],
      [newer, 'marked-large'],
    ] as const) {
      await server.createBucket(bucket, { objectLock: true });
      const Key = `${dataPrefix('30d', 'orders', sick.id)}base.tar`;
      await copyWithDamage(server, 'sound', bucket);
      await server.client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
      const other = await open(bucket);
      const { record } = await recorded(created(keyOf(sick), bucket), other);
      expect(record.outcome).toBe('failed');
      expect(record.backups[0]?.problems.join()).toContain(Key);
      await other.close();
    }
  });

  test('in a manifest is found and named', async () => {
    const key = keyOf(newer);
    const other = await damaged('damaged-manifest', key);
    for (const event of [scheduled('orders', 'weekly-5'), created(key, 'created-5')]) {
      const { record } = await recorded(event, other);
      expect(record).toMatchObject({ outcome: 'failed', error: expect.stringContaining(key) });
    }
    await other.close();
  });

  test('keeps the alarm until the whole source passes, whatever a new backup says', async () => {
    const other = await damaged(
      'damaged-again',
      `${dataPrefix('30d', 'orders', older.id)}base.tar`,
    );
    expect(problems(await recorded(created(keyOf(newer), 'created-6'), other))).toBeNull();
    expect(problems(await recorded(created(keyOf(older), 'created-7'), other))).toBeGreaterThan(0);
    expect(problems(await recorded(scheduled('orders', 'weekly-6')))).toBe(0);
    await other.close();
  });
});
