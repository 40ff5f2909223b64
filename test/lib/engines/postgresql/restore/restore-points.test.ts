import {
  type RestorePoint,
  RestorePointReader,
} from '../../../../../lib/engines/postgresql/restore/restore-points.ts';
import { AT, other, PAGE, restorePoint, SEGMENT, Wal } from './synthetic-wal.ts';

function read(wal: Wal, pieceBytes = 100_000): RestorePoint[] {
  const reader = new RestorePointReader(BigInt(wal.start), SEGMENT);
  const found: RestorePoint[] = [];
  for (let at = 0; at < wal.bytes.length; at += pieceBytes) {
    found.push(...reader.push(wal.bytes.subarray(at, at + pieceBytes)));
  }
  return found;
}

test.each([1, 7, 8192, 65_536])('finds a restore point, in pieces of %i bytes', (pieceBytes) => {
  const wal = new Wal(5 * SEGMENT, 1);
  wal.add(other(300));
  const lsn = wal.add(restorePoint('vor dem Löschen'));
  wal.add(other(98));
  expect(read(wal, pieceBytes)).toEqual([{ name: 'vor dem Löschen', lsn: BigInt(lsn), at: AT }]);
});

test.each([8, 16, 24, 40, 88, 96])('finds one of which %i bytes fit into the page', (left) => {
  const wal = new Wal(0, 1);
  wal.fillTo(left);
  const lsn = wal.add(restorePoint('a'));
  const next = wal.add(restorePoint('b'));
  expect(read(wal).map((point) => [point.name, Number(point.lsn)])).toEqual([
    ['a', lsn],
    ['b', next],
  ]);
});

test('finds one that goes on in the next segment, and one behind an empty rest', () => {
  const wal = new Wal(3 * SEGMENT, 3);
  for (let page = 0; page < SEGMENT / PAGE - 1; page++) wal.fillTo(0);
  wal.fillTo(48);
  const across = wal.add(restorePoint('across'));
  wal.goTo(5 * SEGMENT);
  const behind = wal.add(restorePoint('behind'));
  expect(read(wal)).toMatchObject([
    { name: 'across', lsn: BigInt(across) },
    { name: 'behind', lsn: BigInt(behind) },
  ]);
});

test('is not misled by records that are longer than a page, or hold what looks like one', () => {
  const wal = new Wal(0, 1);
  const disguised = Buffer.concat([other(24), ...Array<Buffer>(400).fill(restorePoint('no'))]);
  disguised.writeUInt32LE(disguised.length, 0);
  wal.add(disguised);
  const lsn = wal.add(restorePoint('yes'));
  wal.add(other(98, 0x70));
  expect(read(wal)).toMatchObject([{ name: 'yes', lsn: BigInt(lsn) }]);
});

test('a name of 63 bytes is whole', () => {
  const wal = new Wal(0, 1);
  wal.add(restorePoint('n'.repeat(63)));
  expect(read(wal)[0]?.name).toBe('n'.repeat(63));
});
