import {
  type RestorePoint,
  RestorePointReader,
} from '../../../../../lib/engines/postgresql/restore/restore-points.ts';

const SEGMENT = 1024 * 1024;
const PAGE = 8192;

/** WAL as a server writes it, record by record, with the headers of its pages. */
class Wal {
  readonly bytes: Buffer;
  readonly start: number;
  #at: number;

  constructor(start: number, segments: number) {
    this.start = start;
    this.bytes = Buffer.alloc(segments * SEGMENT);
    this.#at = start;
  }

  /** Returns where the record begins. */
  add(record: Buffer): number {
    this.#header(0);
    const begin = this.#at;
    let left = record;
    while (left.length > 0) {
      this.#header(left.length);
      const room = PAGE - (this.#at % PAGE);
      left.copy(this.bytes, this.#at - this.start, 0, room);
      this.#at += Math.min(room, left.length);
      left = left.subarray(room);
    }
    this.#at = Math.ceil(this.#at / 8) * 8;
    return begin;
  }

  /** Fills up until so many bytes are left of the page. */
  fillTo(left: number): void {
    this.#header(0);
    const here = PAGE - (this.#at % PAGE);
    const length = here - left;
    if (length < 24) throw new Error(`${here} bytes are left of the page`);
    this.add(other(length));
  }

  /** The rest of the segment stays empty. */
  switchSegment(): void {
    this.#at = Math.ceil(this.#at / SEGMENT) * SEGMENT;
  }

  #header(continued: number): void {
    if (this.#at % PAGE !== 0) return;
    const at = this.#at - this.start;
    this.bytes.writeUInt16LE(0xd110, at);
    this.bytes.writeUInt16LE(continued > 0 ? 1 : 0, at + 2);
    this.bytes.writeBigUInt64LE(BigInt(this.#at), at + 8);
    this.bytes.writeUInt32LE(continued, at + 16);
    this.#at += this.#at % SEGMENT === 0 ? 40 : 24;
  }
}

function other(length: number, info = 0x30): Buffer {
  const record = Buffer.alloc(length, 0xff);
  record.writeUInt32LE(length, 0);
  record.writeUInt8(info, 16);
  record.writeUInt8(1, 17);
  return record;
}

const AT = new Date('2026-11-21T02:00:00.123Z');

function restorePoint(name: string): Buffer {
  const record = Buffer.alloc(98);
  record.writeUInt32LE(98, 0);
  record.writeUInt8(0x70, 16);
  record.writeUInt8(0, 17);
  record.writeUInt8(255, 24);
  record.writeUInt8(72, 25);
  record.writeBigInt64LE(BigInt(AT.getTime() - Date.UTC(2000, 0, 1)) * 1000n, 26);
  record.write(name, 34, 'utf8');
  return record;
}

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
  wal.switchSegment();
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
