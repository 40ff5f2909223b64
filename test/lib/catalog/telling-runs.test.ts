import { runId, runKey } from '../../../lib/catalog/keys.ts';
import { tellingKeys } from '../../../lib/catalog/telling-runs.ts';

/** Keys of so many runs of an action, an hour apart. */
const runs = (action: string, count: number): string[] =>
  Array.from({ length: count }, (_, hour) =>
    runKey('orders', runId(new Date(Date.UTC(2026, 10, 1, hour)), action)),
  );

test('a drill of base backups is told of, however many dumps deployments have drilled since', () => {
  const drills = runs('drill', 30);
  expect(tellingKeys(drills)).toEqual(drills);
});

test('what a verification found is not forgotten behind those of newer backups', () => {
  const verifications = runs('verify', 150);
  expect(tellingKeys(verifications)).toEqual(verifications);
});

test('of a log that is written down every minute only the newest records count', () => {
  const wal = runs('wal', 100);
  expect(tellingKeys(wal).length).toBeLessThan(50);
  expect(tellingKeys(wal).at(-1)).toBe(wal.at(-1));
});
