import { LONGEST_LOCK_DAYS } from '../../../lib/plan/limits.ts';
import { lockDays, longestLockDays, objectLockDays } from '../../../lib/plan/lock-days.ts';
import { parseRetentionClass } from '../../../lib/plan/values/retention.ts';
import { compiledPlan } from '../stacks/environment.ts';

const compiled = compiledPlan();
const days = (part: 'catalog' | 'data' | 'wal', name: string) =>
  objectLockDays(compiled, part, parseRetentionClass(name));

test('an object is locked as long as its class keeps it visible', () => {
  expect(days('catalog', '30d')).toBe(30);
  expect(days('wal', '7d')).toBe(7);
  // A job takes up to six hours: what it writes first is locked a day longer.
  expect(days('data', '30d')).toBe(31);
  expect(days('data', '366d-cold')).toBe(367);
});

test('no lock is longer than S3 allows', () => {
  expect(days('data', `${LONGEST_LOCK_DAYS}d`)).toBe(LONGEST_LOCK_DAYS);
});

test('what is written stays within the bounds of the bucket, by a day for clocks that differ', () => {
  const parts = ['catalog', 'data', 'wal'] as const;
  const all = compiled.classes.flatMap((retention) =>
    parts.map((part) => objectLockDays(compiled, part, retention)),
  );
  const explicit = all.filter((lock) => lock > lockDays(compiled));
  expect(Math.min(...explicit)).toBeGreaterThanOrEqual(lockDays(compiled) + 1);
  expect(Math.max(...explicit)).toBe(Number(longestLockDays(compiled)) - 1);
});
