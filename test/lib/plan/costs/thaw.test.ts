import { thawCost } from '../../../../lib/plan/costs/thaw.ts';

const TIB = 1024 ** 4;

test.each([
  ['standard', 1024 * 0.02, 10_000 * 0.0001],
  ['bulk', 1024 * 0.0025, 10_000 * 0.000025],
] as const)('a %s retrieval from Deep Archive', (speed, retrieval, requests) => {
  const cost = thawCost({
    objects: 10_000,
    bytes: TIB,
    storageClasses: ['DEEP_ARCHIVE'],
    speed,
    days: 7,
  });
  expect(cost.retrieval).toBeCloseTo(retrieval);
  expect(cost.requests).toBeCloseTo(requests);
  expect(cost.copies).toBeCloseTo((1024 * 0.023 * 7) / 30.4375);
});

test('of two classes it is taken for the dearer one', () => {
  const of = (storageClasses: string[]) =>
    thawCost({ objects: 1, bytes: TIB, storageClasses, speed: 'bulk', days: 1 }).retrieval;
  expect(of(['GLACIER'])).toBe(0);
  expect(of(['GLACIER', 'DEEP_ARCHIVE'])).toBe(of(['DEEP_ARCHIVE']));
});
