import { runId, runKey } from '../../../lib/catalog/keys.ts';
import { tellingKeys } from '../../../lib/catalog/telling-runs.ts';

test('a drill of base backups is told of, however many dumps deployments have drilled since', () => {
  const drills = Array.from({ length: 30 }, (_, day) => {
    const at = new Date(Date.UTC(2026, 10, 1 + day));
    return runKey('orders', runId(at, 'drill'));
  });
  expect(tellingKeys(drills)).toEqual(drills);
});
