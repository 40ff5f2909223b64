import {
  DAYS_PER_MONTH,
  inStandard,
  type Keeping,
  moved,
  paysFromDays,
  totalOf,
} from '../../../../lib/plan/costs/keeping.ts';
import { STORAGE, type StorageClass } from '../../../../lib/plan/costs/prices.ts';

const UNREAD = { standard: null, moved: null };
const large: Keeping = {
  days: 366,
  movedAfterDays: 30,
  verifiedEvery: UNREAD,
  objectsPerGib: 0.01,
  readsPerGib: 0,
};

/** The definition, day by day, without a formula. */
function byDay({ days, movedAfterDays }: Keeping, into: StorageClass): number {
  const perDay = (storageClass: StorageClass) => STORAGE[storageClass].gibMonth / DAYS_PER_MONTH;
  let sum = 0;
  for (let day = 0; day < days; day++) sum += perDay(day < movedAfterDays ? 'STANDARD' : into);
  const missing = STORAGE[into].minimumDays - Math.max(0, days - movedAfterDays);
  return sum + (days > movedAfterDays ? Math.max(0, missing) * perDay(into) : 0);
}

test.each([
  ['GLACIER_IR', 366],
  ['GLACIER_IR', 60],
  ['STANDARD_IA', 45],
  ['GLACIER_IR', 20],
] as const)('%s for %d days costs what its days cost, the minimum included', (into, days) => {
  const keeping = { ...large, days, objectsPerGib: 0 };
  expect(totalOf(moved(keeping, into))).toBeCloseTo(byDay(keeping, into), 12);
});

test('what is gone before it would be moved costs what Standard costs', () => {
  const short = { ...large, days: 30 };
  expect(moved(short, 'GLACIER_IR')).toEqual(inStandard(short));
});

test.each(['STANDARD_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'] as const)(
  '%s pays from the first day on which it is cheaper, and on every later one',
  (into) => {
    const keeping = { ...large, verifiedEvery: { standard: 7, moved: 90 }, readsPerGib: 128 };
    const from = paysFromDays(keeping, into) ?? Number.NaN;
    const cheaper = (days: number) =>
      totalOf(moved({ ...keeping, days }, into)) < totalOf(inStandard({ ...keeping, days }));
    expect(from).toBeGreaterThan(30);
    expect(cheaper(from - 1)).toBe(false);
    for (let days = from; days < from + 1000; days++) expect(cheaper(days)).toBe(true);
  },
);

test('many small objects never pay in an archive: each is billed with its index', () => {
  expect(paysFromDays({ ...large, objectsPerGib: 1024 ** 3 / 10_000 }, 'DEEP_ARCHIVE')).toBeNull();
});

test('what is read every week never pays where every read is charged', () => {
  const keeping = { ...large, verifiedEvery: { standard: 7, moved: 7 } };
  expect(paysFromDays(keeping, 'GLACIER_IR')).toBeNull();
});
