import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecoveryError } from '../../../../../lib/engines/postgresql/restore/errors.ts';
import { requireWholeReplay } from '../../../../../lib/engines/postgresql/restore/wal-end.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const SIZE = 1024 * 1024;
const NAME = '000000010000000000000003';
const START = 3n * BigInt(SIZE);

describe('requireWholeReplay', () => {
  let folder: TempFolder;
  beforeEach(async () => {
    folder = await tempFolder('wal-end');
  });
  afterEach(() => folder.remove());

  /** One staged segment with a record of this length at an offset. */
  async function check(reached: number, end: number, record?: { offset: number; length: number }) {
    const bytes = Buffer.alloc(SIZE);
    if (record) bytes.writeUInt32LE(record.length, record.offset);
    await writeFile(join(folder.path, NAME), bytes);
    await requireWholeReplay(START + BigInt(reached), {
      folder: folder.path,
      segmentSize: SIZE,
      end: START + BigInt(end),
      nameOf: (start) => (start === START ? NAME : undefined),
    });
  }

  test('accepts the end itself', async () => {
    await expect(check(4096, 4096)).resolves.toBeUndefined();
  });

  test('accepts nothing but page headers behind the end of the last record', async () => {
    await expect(check(8192, 8192 + 24)).resolves.toBeUndefined();
    await expect(check(0, 40)).resolves.toBeUndefined();
  });

  test('accepts a record that the end cuts off', async () => {
    await expect(check(4096, 5000, { offset: 4096, length: 905 })).resolves.toBeUndefined();
  });

  test('counts the page headers inside of a record', async () => {
    // 4096 bytes to the end of the page, a header of 24 bytes, 904 bytes of the record.
    const record = { offset: 4096, length: 5000 };
    await expect(check(4096, 8192 + 24 + 904, record)).rejects.toThrow(RecoveryError);
    await expect(check(4096, 8192 + 24 + 903, record)).resolves.toBeUndefined();
  });

  test('refuses a recovery that stopped before a whole record', async () => {
    await expect(check(4096, 5000, { offset: 4096, length: 904 })).rejects.toThrow(
      'recovery ended at 0/301000 although WAL is stored up to 0/301388',
    );
  });

  test('refuses a recovery that stopped before zeros that are said to be WAL', async () => {
    await expect(check(4096, 5000)).rejects.toThrow(RecoveryError);
  });

  test('refuses a recovery that stopped before a segment that is not staged', async () => {
    await expect(check(-8, 5000)).rejects.toThrow(RecoveryError);
  });
});
