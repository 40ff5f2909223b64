import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { baseKey, pieceKey } from '../../../../../lib/catalog/aof.ts';
import { DamagedError } from '../../../../../lib/catalog/errors.ts';
import { runKey } from '../../../../../lib/catalog/keys.ts';
import { chooseAof } from '../../../../../lib/engines/redis/aof/choose.ts';
import { verifyAof } from '../../../../../lib/engines/redis/aof/verify.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { REDIS_SOURCE, redisRun } from '../../../../support/redis-source.ts';
import { aofRun } from '../../../../support/sample-runs.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const COMMAND = Buffer.from('*1\r\n$4\r\nPING\r\n');
const OLD = '20261121T010000Z-aaaaaaaa';
const NEW = '20261121T020000Z-bbbbbbbb';

let folder: TempFolder;
let store: ObjectStore;

/** A moment of the day of the test: `02:10`. */
const at = (time: string): Date => new Date(`2026-11-21T${time}:00.000Z`);
const now = () => at('03:00');
const choose = (time: Date | 'latest') => chooseAof(store, REDIS_SOURCE, time, now());

/** At once, as others do while something is under way. */
function put(key: string, bytes: Buffer): void {
  const path = join(folder.path, key);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

const remove = (key = '') => rm(join(folder.path, key));

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const place = (id: string) => ({ class: '7d', source: REDIS_SOURCE, id });

function base(id: string, written: string): string {
  const empty = Buffer.alloc(0);
  const facts = { sequence: 1, writtenAt: at(written), size: 0, sha256: sha256Of(empty) };
  const key = baseKey(place(id), facts);
  put(key, zstdCompressSync(empty));
  return key;
}

/** The nth command of a log, in a piece of its own. */
function piece(id: string, nth: number, seen: string): string {
  const from = nth * COMMAND.length;
  const to = from + COMMAND.length;
  const facts = { from, to, sequence: 1, asOf: at(seen), sha256: sha256Of(COMMAND) };
  const key = pieceKey(place(id), facts);
  put(key, zstdCompressSync(COMMAND));
  return key;
}

function record(time: string, generation: string, commands: number): void {
  const durable = commands * COMMAND.length;
  const run = aofRun(at(time).toISOString(), { source: REDIS_SOURCE, generation, durable });
  put(runKey(REDIS_SOURCE, run.id), Buffer.from(JSON.stringify(run)));
}

/** Three commands, of 02:10, 02:20 and 02:30, of which a record tells. */
function newGeneration({ written = '02:00' } = {}): string[] {
  const seen = ['02:10', '02:20', '02:30'];
  const keys = [base(NEW, written), ...seen.map((time, nth) => piece(NEW, nth, time))];
  record('02:40', NEW, 3);
  return keys;
}

beforeEach(async () => {
  folder = await tempFolder('choose-aof');
  store = await openStore(`file://${folder.path}`);
  base(OLD, '01:00');
  piece(OLD, 0, '01:10');
  record('01:59', OLD, 1);
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

test('a moment up to which all is proven is covered', async () => {
  newGeneration();
  const state = await choose(at('02:35'));
  expect(state).toMatchObject({ covers: at('02:35'), generation: { id: NEW } });
  expect(state?.pieces).toHaveLength(3);
});

test.each([
  ['in the middle', 2],
  ['at the end', 3],
])('a moment behind a piece that is gone %s is refused', async (_, nth) => {
  await remove(newGeneration()[nth]);
  await expect(choose(at('02:35'))).rejects.toThrow(DamagedError);
  await expect(choose('latest')).rejects.toThrow(/everything behind byte \d+ is gone/);
});

test('a moment before a piece that is gone is there', async () => {
  await remove(newGeneration()[3]);
  expect(await choose(at('02:20'))).toMatchObject({ covers: at('02:20') });
});

test.each([
  ['the base', 0],
  ['the first piece', 1],
])(
  'the latest state is not that of an older generation where %s of the newest is gone',
  async (_, nth) => {
    // Without its pieces this one seems to end before the older one does.
    await remove(newGeneration({ written: '00:30' })[nth]);
    await expect(choose('latest')).rejects.toThrow(DamagedError);
    const { problems } = await verifyAof(redisRun(store, { now }));
    expect(problems.join()).toContain(NEW);
  },
);

test('a newer generation of a quiet server is the latest, although nothing was written since', async () => {
  base(NEW, '00:50');
  record('02:50', NEW, 0);
  expect(await choose('latest')).toMatchObject({ generation: { id: NEW }, covers: at('02:50') });
});

test('a log that grows while it is verified is sound', async () => {
  newGeneration();
  let looked = 0;
  const report = () => {
    // Two objects of the older generation come first.
    if (++looked !== 4) return;
    piece(NEW, 3, '02:50');
    record('02:50', NEW, 4);
  };
  const { problems } = await verifyAof(redisRun(store, { now, report }));
  expect(problems).toEqual([]);
  expect(looked).toBe(6);
});

test('each generation can be verified by itself, and whether they are all there', async () => {
  const [, first = ''] = newGeneration();
  const verify = async (part: Parameters<typeof verifyAof>[1]) => {
    const { segments, problems } = await verifyAof(redisRun(store, { now }), part);
    return [segments, problems.length];
  };
  expect(await verify('all')).toEqual([6, 0]);
  expect(await verify({ generation: OLD })).toEqual([2, 0]);
  put(first, COMMAND);
  expect(await verify({ generation: OLD })).toEqual([2, 0]);
  expect(await verify({ generation: NEW })).toEqual([4, 1]);
  expect(await verify('ends')).toEqual([0, 0]);
});
