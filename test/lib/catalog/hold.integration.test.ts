import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { chainOf, dataObjects, manifestKeyOf } from '../../../lib/catalog/backup-objects.ts';
import { holdVerified, moveHold } from '../../../lib/catalog/hold.ts';
import { runId } from '../../../lib/catalog/keys.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { recordRun } from '../../../lib/catalog/reader.ts';
import { recoveryPoints } from '../../../lib/catalog/recovery-points.ts';
import { RUN_FORMAT, type VerifyRun } from '../../../lib/catalog/run-record.ts';
import { verifyBackup } from '../../../lib/catalog/verify.ts';
import { ObjectNotFoundError } from '../../../lib/stores/errors.ts';
import { seeingHidden } from '../../../lib/stores/hidden.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { Holds, ObjectStore } from '../../../lib/stores/store.ts';
import { hideAll, removeHidden } from '../../support/expiry.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { logicalPosition, writeBackup } from '../../support/sample-backup.ts';
import { StoreWrapper } from '../../support/store-wrapper.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3();
});
afterAll(() => server.stop());

/** A bucket of one source with as many backups as days are named, oldest first. */
async function backups(days: readonly number[], bucketOptions = { objectLock: true }) {
  const bucket = `shop-${randomUUID()}`;
  await server.createBucket(bucket, bucketOptions);
  const store = await openStore(server.url(bucket), { credentials: server });
  const manifests: Manifest[] = [];
  for (const day of days) {
    const at = `2026-11-${String(day).padStart(2, '0')}T03:00:00.000Z`;
    manifests.push(await writeBackup(store, at));
  }
  return { bucket, store, manifests };
}

function nth(manifests: readonly Manifest[], index: number): Manifest {
  const found = manifests[index];
  if (!found) throw new Error(`there are ${manifests.length} backups`);
  return found;
}

const verifyRun = (at: string, found: VerifyRun['backups']): VerifyRun => {
  const altered = found.some(({ problems }) => problems.length > 0);
  return {
    ...{ format: RUN_FORMAT, id: runId(new Date(at), 'verify'), action: 'verify' },
    ...{ plan: 'shop', environment: 'production', source: 'database' },
    ...{ startedAt: at, endedAt: at, backups: found, wal: null },
    ...(altered
      ? { outcome: 'failed', error: 'stored data was altered' }
      : { outcome: 'succeeded', error: null }),
  };
};

/** What a verification found about a backup. */
const found = ({ id }: Manifest, problems: string[] = []) => ({
  ...{ id, class: '30d', bytes: 1, problems },
});

const RUN = { source: 'database', endedAt: '2026-11-10T00:00:00.000Z' };

const objectsOf = (manifest: Manifest) => [manifestKeyOf(manifest), ...dataObjects(manifest)];

async function heldObjects(store: ObjectStore, manifest: Manifest): Promise<string[]> {
  const held: string[] = [];
  for (const key of objectsOf(manifest)) if (await store.holds?.isHeld(key)) held.push(key);
  return held;
}

const states = async (store: ObjectStore) => {
  const { points } = await recoveryPoints(store, 'database', (error) => {
    throw error;
  });
  return points.map(({ manifest, hidden, held }) => [manifest.id.slice(6, 8), hidden, held]);
};

describe('the hold', () => {
  test('moves to the newest verified backup', async () => {
    const { store, manifests } = await backups([1, 2]);
    const [a, b] = [nth(manifests, 0), nth(manifests, 1)];
    expect(await moveHold(store, 'database', a)).toEqual({
      outcome: 'held',
      held: [a.id],
      released: [],
    });
    expect(await heldObjects(store, a)).toEqual(objectsOf(a));
    expect(await moveHold(store, 'database', b)).toEqual({
      outcome: 'held',
      held: [b.id],
      released: [a.id],
    });
    expect(await heldObjects(store, a)).toEqual([]);
    expect(await heldObjects(store, b)).toEqual(objectsOf(b));
    expect(await moveHold(store, 'database', b)).toMatchObject({ held: [b.id], released: [] });
  });

  test('does not move back to an older backup', async () => {
    const { store, manifests } = await backups([1, 2]);
    await moveHold(store, 'database', nth(manifests, 1));
    expect(await moveHold(store, 'database', nth(manifests, 0))).toEqual({
      outcome: 'superseded',
      held: [],
      released: [],
    });
    expect(await states(store)).toEqual([
      ['01', false, false],
      ['02', false, true],
    ]);
  });

  test('leaves a damaged backup for an older sound one, and takes nothing from it', async () => {
    const { store, manifests } = await backups([1, 2]);
    const [a, b] = [nth(manifests, 0), nth(manifests, 1)];
    await moveHold(store, 'database', b);
    const result = await holdVerified(store, {
      ...RUN,
      backups: [found(a), found(b, ['altered'])],
    });
    expect(result).toEqual({ outcome: 'held', held: [a.id], released: [] });
    expect(await states(store)).toEqual([
      ['01', false, true],
      ['02', false, true],
    ]);
  });

  test('goes to the newest of those that were found sound', async () => {
    const { store, manifests } = await backups([1, 2, 3]);
    const [a, b, c] = [nth(manifests, 0), nth(manifests, 1), nth(manifests, 2)];
    const run = { ...RUN, backups: [found(b), found(a), found(c, ['altered'])] };
    expect(await holdVerified(store, run)).toMatchObject({ held: [b.id] });
    const nothing = { ...RUN, backups: [found(c, ['altered'])] };
    expect(await holdVerified(store, nothing)).toBeUndefined();
    expect(await heldObjects(store, b)).toEqual(objectsOf(b));
  });

  test('is on everything that a backup builds on', async () => {
    const { store, manifests } = await backups([1, 2]);
    const full = nth(manifests, 1);
    await moveHold(store, 'database', nth(manifests, 0));
    const increment = await writeBackup(store, '2026-11-03T03:00:00.000Z', {
      kind: 'incremental',
      parent: full.id,
    });
    expect(chainOf(increment, [...manifests, increment])).toEqual([increment, full]);
    expect(await moveHold(store, 'database', increment)).toEqual({
      outcome: 'held',
      held: [increment.id, full.id],
      released: [nth(manifests, 0).id],
    });
    expect(await heldObjects(store, full)).toEqual(objectsOf(full));

    const next = await writeBackup(store, '2026-11-04T03:00:00.000Z');
    await moveHold(store, 'database', next);
    expect(await heldObjects(store, full)).toEqual([]);
    expect(await heldObjects(store, increment)).toEqual([]);
  });

  test('does not leave a sound backup for one that builds on damage', async () => {
    const { store, manifests } = await backups([1, 2]);
    const [sound, full] = [nth(manifests, 0), nth(manifests, 1)];
    await moveHold(store, 'database', sound);
    const next = await writeBackup(store, '2026-11-03T03:00:00.000Z', {
      kind: 'incremental',
      parent: full.id,
    });
    const together = { ...RUN, backups: [found(sound), found(full, ['altered']), found(next)] };
    expect(await holdVerified(store, together)).toMatchObject({ held: [sound.id] });

    // Alone, as each new backup is verified: what it builds on was never read, then found to be damaged, then sound.
    const alone = { ...RUN, backups: [found(next)] };
    expect(await holdVerified(store, alone)).toBeUndefined();
    await recordRun(store, verifyRun('2026-11-04T03:00:00.000Z', [found(full)]));
    await recordRun(store, verifyRun('2026-11-05T03:00:00.000Z', [found(full, ['altered'])]));
    expect(await holdVerified(store, alone)).toBeUndefined();
    expect(await heldObjects(store, sound)).toEqual(objectsOf(sound));
    await recordRun(store, verifyRun('2026-11-06T03:00:00.000Z', [found(full)]));
    expect(await holdVerified(store, alone)).toEqual({
      outcome: 'held',
      held: [next.id, full.id],
      released: [sound.id],
    });
  });

  test('is placed beside a held backup when what that builds on was damaged', async () => {
    const { store, manifests } = await backups([1, 2]);
    const [sound, full] = [nth(manifests, 0), nth(manifests, 1)];
    const next = await writeBackup(store, '2026-11-03T03:00:00.000Z', {
      kind: 'incremental',
      parent: full.id,
    });
    await moveHold(store, 'database', next);
    const run = { ...RUN, backups: [found(sound), found(full, ['altered']), found(next)] };
    expect(await holdVerified(store, run)).toEqual({
      outcome: 'held',
      held: [sound.id],
      released: [],
    });
    expect(await heldObjects(store, full)).toEqual(objectsOf(full));
  });

  test('is not moved to a backup that builds on one that is gone', async () => {
    const { store, manifests } = await backups([1]);
    const sound = nth(manifests, 0);
    await moveHold(store, 'database', sound);
    const orphan = await writeBackup(store, '2026-11-03T03:00:00.000Z', {
      kind: 'incremental',
      parent: '20261102T030000Z-full-00000000',
    });
    await expect(moveHold(store, 'database', orphan)).rejects.toThrow(ObjectNotFoundError);
    expect(await holdVerified(store, { ...RUN, backups: [found(orphan)] })).toBeUndefined();
    expect(await heldObjects(store, sound)).toEqual(objectsOf(sound));
  });

  test('is not moved to a backup of which something is gone', async () => {
    const { bucket, store, manifests } = await backups([1, 2]);
    const [a, b] = [nth(manifests, 0), nth(manifests, 1)];
    await moveHold(store, 'database', a);
    await hideAll(server, bucket, dataObjects(b)[0]);
    await removeHidden(server, bucket);
    await expect(moveHold(store, 'database', b)).rejects.toThrow(ObjectNotFoundError);
    expect(await heldObjects(store, a)).toEqual(objectsOf(a));
  });

  test.each([
    ['a bucket without object lock', { objectLock: false, versioning: true }],
    ['a bucket without versions', { objectLock: false }],
  ])('is not known to %s', async (_, options) => {
    const { store, manifests } = await backups([1], options);
    expect(await moveHold(store, 'database', nth(manifests, 0))).toEqual({
      outcome: 'unsupported',
      held: [],
      released: [],
    });
    expect(await states(store)).toEqual([['01', false, false]]);
  });

  test('is not known to a directory', async () => {
    const folder = await tempFolder('hold');
    try {
      const store = await openStore(`file://${folder.path}`);
      const manifest = await writeBackup(store, '2026-11-01T03:00:00.000Z');
      expect(await moveHold(store, 'database', manifest)).toMatchObject({ outcome: 'unsupported' });
      expect(await states(store)).toEqual([['01', false, false]]);
    } finally {
      await folder.remove();
    }
  });
});

describe('backups that do not replace each other', () => {
  test('are held together, each until a newer one of its own is', async () => {
    const { store, manifests } = await backups([1, 2]);
    const [a, b] = [nth(manifests, 0), nth(manifests, 1)];
    const dump = (day: number, position: Parameters<typeof logicalPosition>[0]) =>
      writeBackup(
        store,
        `2026-11-0${day}T03:00:00.000Z`,
        { kind: 'logical' },
        { position: logicalPosition(position) },
      );
    const everything = await dump(3, { complete: true, databases: ['crm', 'shop'] });
    const part = await dump(4, { databases: ['shop'] });
    const first = [found(a), found(everything)];
    expect(await holdVerified(store, { ...RUN, backups: first })).toEqual({
      outcome: 'held',
      held: [everything.id, a.id],
      released: [],
    });
    // A dump of one database takes nothing from the one of all, and a base backup nothing from a dump.
    expect(await holdVerified(store, { ...RUN, backups: [found(b), found(part)] })).toEqual({
      outcome: 'held',
      held: [part.id, b.id],
      released: [a.id],
    });
    expect(await heldObjects(store, everything)).toEqual(objectsOf(everything));
    const next = await dump(5, { complete: true, databases: ['shop'] });
    expect(await holdVerified(store, { ...RUN, backups: [found(next)] })).toEqual({
      outcome: 'held',
      held: [next.id],
      released: [everything.id, part.id],
    });
    expect(await heldObjects(store, b)).toEqual(objectsOf(b));
  });

  test('an increment that cannot be restored any more does not keep the hold from an older full', async () => {
    const { store, manifests } = await backups([1, 2]);
    const [a, b] = [nth(manifests, 0), nth(manifests, 1)];
    const next = await writeBackup(store, '2026-11-03T03:00:00.000Z', {
      kind: 'incremental',
      parent: b.id,
    });
    await moveHold(store, 'database', next);
    for (const key of objectsOf(b)) await store.holds?.release(key);
    expect(await moveHold(store, 'database', a)).toMatchObject({ outcome: 'held', held: [a.id] });
  });
});

describe('when everything has expired', () => {
  test('what is held is left, to the last byte, and nothing else', async () => {
    const { bucket, store, manifests } = await backups([1, 2, 3]);
    const [, b, c] = [0, 1, 2].map((index) => nth(manifests, index));
    if (!b || !c) throw new Error('no backups');
    await moveHold(store, 'database', b);
    await hideAll(server, bucket);
    expect(await states(store)).toEqual([
      ['01', true, false],
      ['02', true, true],
      ['03', true, false],
    ]);
    expect(await removeHidden(server, bucket)).toEqual(objectsOf(b).sort());
    expect(await states(store)).toEqual([['02', true, true]]);
    const sound = { id: b.id, problems: [], bytes: b.storedBytes };
    expect(await verifyBackup(seeingHidden(store), b)).toMatchObject(sound);

    // Backups begin again.
    const next = await writeBackup(store, '2026-11-20T03:00:00.000Z');
    expect(await moveHold(store, 'database', next)).toMatchObject({ released: [b.id] });
    expect(await removeHidden(server, bucket)).toEqual([]);
    expect(await states(store)).toEqual([['20', false, true]]);
  });

  test('it can still be held, as long as it is there', async () => {
    const { bucket, store, manifests } = await backups([1]);
    const a = nth(manifests, 0);
    await hideAll(server, bucket);
    expect(await moveHold(store, 'database', a)).toMatchObject({ held: [a.id] });
    expect(await removeHidden(server, bucket)).toEqual(objectsOf(a).sort());
  });

  test('a visible backup of which an object is hidden is not sound', async () => {
    const { bucket, store, manifests } = await backups([1]);
    const a = nth(manifests, 0);
    const [Key] = dataObjects(a);
    await server.client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    expect((await verifyBackup(store, a)).problems).not.toEqual([]);
  });
});

/** Counts what is done to holds; from the given step on nothing works any more, as after the end of a process. */
class Crashing extends StoreWrapper {
  steps = 0;
  readonly #running = new Set<Promise<unknown>>();
  readonly #at: number;

  constructor(store: ObjectStore, at: number) {
    super(store);
    this.#at = at;
  }

  override get holds(): Holds | undefined {
    const { holds } = this.store;
    if (!holds) return undefined;
    const step = async <T>(action: () => Promise<T>): Promise<T> => {
      if (this.steps++ >= this.#at) throw new Error('the process has ended');
      const running = action();
      this.#running.add(running);
      return running.finally(() => this.#running.delete(running));
    };
    return {
      place: (key) => step(() => holds.place(key)),
      release: (key) => step(() => holds.release(key)),
      isHeld: (key) => step(() => holds.isHeld(key)),
    };
  }

  /** What was sent before the end is done by the server all the same. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}

describe('an interruption', () => {
  test('at any step leaves a whole backup held, and the next verification makes it good', async () => {
    const { store, manifests } = await backups([1, 2]);
    const [a, b] = [nth(manifests, 0), nth(manifests, 1)];
    const release = async () => {
      for (const key of manifests.flatMap(objectsOf)) await store.holds?.release(key);
    };
    let steps = Number.POSITIVE_INFINITY;
    for (let at = 0; at < steps; at++) {
      await release();
      await moveHold(store, 'database', a);
      const crashing = new Crashing(store, at);
      const moving = moveHold(crashing, 'database', b);
      await moving.catch(() => undefined);
      await crashing.settled();
      if (crashing.steps <= at) steps = at;

      const held = [await heldObjects(store, a), await heldObjects(store, b)];
      const whole = manifests.filter((m, i) => held[i]?.length === objectsOf(m).length);
      expect(whole.length).toBeGreaterThan(0);
      // What is held of a backup is found by its manifest.
      for (const [i, manifest] of manifests.entries()) {
        if (held[i]?.length) expect(held[i]).toContain(manifestKeyOf(manifest));
      }
      await moveHold(store, 'database', b);
      expect(await heldObjects(store, a)).toEqual([]);
      expect(await heldObjects(store, b)).toEqual(objectsOf(b));
    }
    // Two manifests looked at, four objects held, a look back, four released and three of them once more.
    expect(steps).toBe(2 + 4 + 1 + 4 + 3);
  });

  test('by its signal ends it', async () => {
    const { store, manifests } = await backups([1]);
    const reason = new Error('the time is over');
    const signal = AbortSignal.abort(reason);
    await expect(moveHold(store, 'database', nth(manifests, 0), { signal })).rejects.toBe(reason);
  });
});

/** Whoever is asked to hold or release one of the keys waits for its turn. */
class Waiting extends StoreWrapper {
  readonly #before: (action: 'place' | 'release', key: string) => Promise<void> | undefined;

  constructor(
    store: ObjectStore,
    before: (action: 'place' | 'release', key: string) => Promise<void> | undefined,
  ) {
    super(store);
    this.#before = before;
  }

  override get holds(): Holds | undefined {
    const { holds } = this.store;
    if (!holds) return undefined;
    return {
      ...{ isHeld: (key) => holds.isHeld(key) },
      place: async (key) => {
        await this.#before('place', key);
        await holds.place(key);
      },
      release: async (key) => {
        await this.#before('release', key);
        await holds.release(key);
      },
    };
  }
}

test('a verification that holds while another one releases the same backup leaves no hold behind', async () => {
  const { store, manifests } = await backups([1, 2]);
  const [a, b] = [nth(manifests, 0), nth(manifests, 1)];
  const manifestHeld = Promise.withResolvers<void>();
  const dataReleased = Promise.withResolvers<void>();
  const olderDone = Promise.withResolvers<void>();
  const older = new Waiting(store, (action, key) => {
    if (action !== 'place' || key === manifestKeyOf(a)) return undefined;
    manifestHeld.resolve();
    return dataReleased.promise;
  });
  const newer = new Waiting(store, (action, key) => {
    if (action !== 'release' || key !== manifestKeyOf(a)) return undefined;
    dataReleased.resolve();
    return olderDone.promise;
  });
  const holdingOlder = moveHold(older, 'database', a).finally(() => olderDone.resolve());
  await manifestHeld.promise;
  expect(await moveHold(newer, 'database', b)).toMatchObject({ held: [b.id], released: [a.id] });
  expect(await holdingOlder).toMatchObject({ held: [a.id] });
  expect(await heldObjects(store, a)).toEqual([]);
  expect(await heldObjects(store, b)).toEqual(objectsOf(b));
});

test('two verifications at once leave the newer backup held, and no hold that nobody finds', async () => {
  const { bucket, store, manifests } = await backups([1, 2]);
  const [a, b] = [nth(manifests, 0), nth(manifests, 1)];
  for (let round = 0; round < 20; round++) {
    for (const key of manifests.flatMap(objectsOf)) await store.holds?.release(key);
    const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
    await Promise.all([
      pause().then(() => moveHold(store, 'database', a)),
      pause().then(() => moveHold(store, 'database', b)),
    ]);
    expect(await heldObjects(store, b)).toEqual(objectsOf(b));
    const left = await heldObjects(store, a);
    if (left.length > 0) expect(left).toContain(manifestKeyOf(a));
    await moveHold(store, 'database', b);
    expect(await heldObjects(store, a)).toEqual([]);
  }
  const { Versions = [] } = await server.client.send(
    new ListObjectVersionsCommand({ Bucket: bucket }),
  );
  expect(Versions).toHaveLength(objectsOf(a).length + objectsOf(b).length);
});
