import { createHash } from 'node:crypto';
import { baseKey, pieceKey } from '../../../../../lib/catalog/aof.ts';
import { claimStore } from '../../../../../lib/catalog/reader.ts';
import { chooseState } from '../../../../../lib/engines/redis/restore/choose-state.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { REDIS_SOURCE, redisRun } from '../../../../support/redis-source.ts';
import { chunks, writeBackup } from '../../../../support/sample-backup.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const GENERATION = '20261121T010000Z-9f86d081';
const LOG_BEGINS = new Date('2026-11-21T01:00:00.000Z');
const SNAPSHOT = '2026-11-21T02:00:00.000Z';
const LOG_ENDS = new Date('2026-11-21T02:10:05.500Z');
const SHA256 = createHash('sha256').update('').digest('hex');

let folder: TempFolder;
let store: ObjectStore;

const run = () => redisRun(store, { now: () => new Date('2026-11-21T03:00:00Z') });
const stateAt = (time: Date | 'latest') => chooseState(run(), { time });

/** A log, and a snapshot from before it ends. */
beforeEach(async () => {
  folder = await tempFolder('choose-state');
  store = await openStore(`file://${folder.path}`);
  const { plan, environment } = run().compiled;
  await claimStore(store, plan, environment);
  const source = REDIS_SOURCE;
  await writeBackup(
    store,
    SNAPSHOT,
    { plan, environment, source, engine: 'redis', kind: 'snapshot' },
    { position: { engine: 'redis', replicationId: 'a'.repeat(40), offset: 0 } },
  );
  const place = { class: '7d', source, id: GENERATION };
  const base = { sequence: 1, writtenAt: LOG_BEGINS, size: 0, sha256: SHA256 };
  const piece = { from: 0, to: 9, sequence: 1, asOf: LOG_ENDS, sha256: SHA256 };
  await store.put(baseKey(place, base), chunks(''));
  await store.put(pieceKey(place, piece), chunks('some bytes'));
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

test('the log leads further than a snapshot from before its end', async () => {
  expect(await stateAt('latest')).toMatchObject({ kind: 'log' });
});

test('a moment behind the end of the log is refused, and does not fall back to an older snapshot', async () => {
  await expect(stateAt(new Date('2026-11-21T02:10:06Z'))).rejects.toThrow(
    /no state of .* at 2026-11-21T02:10:06.000Z; .*the log leads from 2026-11-21T01:00:00.000Z to 2026-11-21T02:10:05.500Z/,
  );
});

test('the end that was named can be asked for', async () => {
  expect(await stateAt(LOG_ENDS)).toMatchObject({ kind: 'log', log: { covers: LOG_ENDS } });
});

test('a snapshot from behind the end of the log is taken', async () => {
  const { plan, environment } = run().compiled;
  const newer = await writeBackup(
    store,
    '2026-11-21T02:30:00.000Z',
    { plan, environment, source: REDIS_SOURCE, engine: 'redis', kind: 'snapshot' },
    { position: { engine: 'redis', replicationId: 'a'.repeat(40), offset: 0 } },
  );
  expect(await stateAt(new Date('2026-11-21T02:45:00Z'))).toMatchObject({
    kind: 'snapshot',
    snapshot: { id: newer.id },
  });
});

test('a snapshot that is not there is wrong input, and nothing that a drill would put on record', async () => {
  await expect(
    chooseState(run(), { time: 'latest', backup: '20261121T020000Z-snapshot-0000000f' }),
  ).rejects.toMatchObject({
    name: 'EngineInputError',
    message: expect.stringMatching(/has no snapshot .* tidemark list/),
  });
});

test.each([
  ['is taken where it leads further', '2026-11-21T02:30:00.000Z', true],
  ['is not taken where it leads less far', SNAPSHOT, false],
])('a snapshot beside a log that is damaged %s', async (_, taken, expected) => {
  const { plan, environment } = run().compiled;
  const { id } =
    taken === SNAPSHOT
      ? { id: '' }
      : await writeBackup(
          store,
          taken,
          { plan, environment, source: REDIS_SOURCE, engine: 'redis', kind: 'snapshot' },
          { position: { engine: 'redis', replicationId: 'a'.repeat(40), offset: 0 } },
        );
  const place = { class: '7d', source: REDIS_SOURCE, id: GENERATION };
  // The piece between the first and this one is gone.
  const piece = { from: 20, to: 29, sequence: 1, asOf: LOG_ENDS, sha256: SHA256 };
  await store.put(pieceKey(place, piece), chunks('some bytes'));
  const state = stateAt('latest');
  if (expected) expect(await state).toMatchObject({ kind: 'snapshot', snapshot: { id } });
  else await expect(state).rejects.toThrow(/is gone, and it was stored up to byte 29/);
});
