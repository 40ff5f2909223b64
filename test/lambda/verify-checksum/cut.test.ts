import { SLICE_SIZES, sliceBytes } from '../../../lambda/verify-checksum/cut.ts';

const TIB = 1024 ** 4;

describe('slices', () => {
  test('are as large as they are said to be, however many backups of usual size there are', () => {
    expect(sliceBytes([{ storedBytes: TIB }], SLICE_SIZES)).toBe(SLICE_SIZES.sliceBytes);
  });

  test('grow where all backups of a source together would be too many to plan', () => {
    const year = Array.from({ length: 366 }, () => ({ storedBytes: TIB }));
    const bytes = sliceBytes(year, SLICE_SIZES);
    expect((366 * TIB) / bytes).toBeLessThanOrEqual(SLICE_SIZES.mostSlices);
    expect(bytes).toBeGreaterThan(SLICE_SIZES.sliceBytes);
  });
});
