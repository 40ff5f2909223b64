import { formatLsn, segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import { findRestorePoint } from '../../../../../lib/engines/postgresql/restore/find-restore-point.ts';
import type { WalReader } from '../../../../../lib/engines/postgresql/restore/stage-wal.ts';
import type { Route } from '../../../../../lib/engines/postgresql/restore/window.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import { runContext } from '../../../../support/backup-source.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';
import { AT, other, restorePoint, SEGMENT, Wal } from './synthetic-wal.ts';

const SEGMENTS = 6;

/** Names at the beginnings of segments, and which segments were read. */
function cluster(points: readonly (readonly [segment: number, name: string])[]) {
  const wal = new Wal(0, SEGMENTS);
  const positions = points.map(([segment, name]) => {
    wal.goTo(segment * SEGMENT);
    wal.add(other(1000));
    return BigInt(wal.add(restorePoint(name)));
  });
  const read: number[] = [];
  const piece = (segment: number) => {
    const start = BigInt(segment * SEGMENT);
    const source: WalReader = {
      objects: [],
      async *read() {
        read.push(segment);
        yield wal.bytes.subarray(segment * SEGMENT, (segment + 1) * SEGMENT);
      },
    };
    return { name: segmentName(1, start, SEGMENT), start, whole: true, source };
  };
  const pieces = Array.from({ length: SEGMENTS }, (_, segment) => piece(segment));
  /** A route of which the base ends at this position. */
  const route = (end: number, hour: number) =>
    ({
      base: {
        id: `base-${hour}`,
        position: { endLsn: formatLsn(BigInt(end)), walSegmentSize: SEGMENT },
      },
      coverage: { pieces: pieces.slice(Math.floor(end / SEGMENT)) },
      from: new Date(Date.UTC(2026, 10, 21, hour)),
    }) as unknown as Route<WalReader>;
  return { positions, read, route };
}

async function find(routes: readonly Route<WalReader>[], name: string) {
  const folder = await tempFolder('find-restore-point');
  const warnings: string[] = [];
  const store = await openStore(`file://${folder.path}`);
  const run = runContext(store, 17, {
    report: ({ level, message }) => {
      if (level === 'warning') warnings.push(message);
    },
  });
  try {
    return { lsn: await findRestorePoint(run, routes, name), warnings };
  } finally {
    await store.close();
    await folder.remove();
  }
}

test('is looked for behind the newest base backup first, and nothing else is read', async () => {
  const { positions, read, route } = cluster([
    [1, 'a'],
    [4, 'a'],
  ]);
  const routes = [route(3 * SEGMENT + 100, 3), route(100, 1)];
  expect(await find(routes, 'a')).toEqual({ lsn: positions[1], warnings: [] });
  expect(read).toEqual([3, 4, 5]);
});

test('is found behind an older base backup, and every segment is read once', async () => {
  const { positions, read, route } = cluster([
    [1, 'old'],
    [4, 'new'],
  ]);
  const routes = [route(100, 1), route(4 * SEGMENT, 4)];
  expect(await find(routes, 'old')).toMatchObject({ lsn: positions[0] });
  expect(read).toEqual([4, 5, 0, 1, 2, 3]);
});

test('that was created before the end of a base backup needs an older one', async () => {
  const { positions, route } = cluster([[3, 'within']]);
  const behind = route(3 * SEGMENT + 200_000, 3);
  expect(await find([behind, route(100, 1)], 'within')).toMatchObject({ lsn: positions[0] });
  await expect(find([behind], 'within')).rejects.toThrow(/no restore point "within"/);
});

test('of one name the newest counts, and the others are told', async () => {
  const { positions, route } = cluster([
    [1, 'twice'],
    [2, 'twice'],
  ]);
  const { lsn, warnings } = await find([route(100, 1)], 'twice');
  expect(lsn).toBe(positions[1]);
  expect(warnings).toEqual([
    expect.stringContaining(`(--to-lsn): ${formatLsn(positions[0] ?? 0n)} of ${AT.toISOString()}`),
  ]);
});
