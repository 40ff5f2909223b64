import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inStandard, moved, totalOf } from '../../lib/plan/costs/keeping.ts';
import { MOVED_AFTER_DAYS } from '../../lib/plan/limits.ts';

const page = readFileSync(
  join(import.meta.dirname, '../../docs/decisions/0015-archive.md'),
  'utf8',
);

test.each([
  ['210 days', 210],
  ['a year', 366],
  ['seven years', 2557],
])('decision 15 says what a GiB costs in %s', (label, days) => {
  const keeping = {
    days,
    movedAfterDays: MOVED_AFTER_DAYS,
    verifiedEvery: { standard: null, moved: null },
    objectsPerGib: 0,
    readsPerGib: 0,
  };
  const costs = [
    inStandard(keeping),
    ...(['GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'] as const).map((into) => moved(keeping, into)),
  ];
  const cells = costs.map((cost) => totalOf(cost).toFixed(3));
  expect(page).toContain(`| ${label} | ${cells.join(' | ')} |`);
});
