import { drillVolume, volumeSize } from '../../../lib/plan/drill-volume.ts';
import { GIBIBYTE } from '../../../lib/plan/values/size.ts';
import { compiledSource } from '../../k8s/compiled-plan.ts';

const sized = (full: number, perDay = 0) => ({
  size: { full: full * GIBIBYTE, perDay: perDay * GIBIBYTE },
});
const { protections, settings } = compiledSource();

test('a volume has what is needed and a fifth more, in whole GiB', () => {
  expect([1, GIBIBYTE, 10 * GIBIBYTE].map(volumeSize)).toEqual(['1GiB', '2GiB', '12GiB']);
});

test('is what the plan says, whatever it says about size', () => {
  const drill = { scratch: '3TiB', expect: [], amcheck: false } as const;
  const source = compiledSource({
    ...sized(1),
    settings: { ...settings, drill: { ...drill, expect: [] } },
  });
  expect(drillVolume(source)).toBe('3TiB');
});

test('is a guess where it says nothing', () => {
  expect(drillVolume(compiledSource())).toBe('20GiB');
});

test('follows from what is stored: expanded, with the log of a day and what the server keeps of it', () => {
  // (10 + 1) × 4 + 1, and a fifth more.
  expect(drillVolume(compiledSource(sized(10, 1)))).toBe('54GiB');
});

test('is twice as much where a chain is combined into a copy', () => {
  const [, base] = protections;
  if (!base) throw new RangeError('there is no base backup');
  const chained = [base, { ...base, kind: 'incremental' as const }];
  expect(drillVolume(compiledSource({ ...sized(10), protections: chained }))).toBe('96GiB');
});
