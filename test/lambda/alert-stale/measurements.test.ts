import { measurements } from '../../../lambda/alert-stale/measurements.ts';
import { METRIC } from '../../../lib/alerting/metrics.ts';
import { sourceStatus } from '../../../lib/catalog/status.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { full, logical } from '../../../lib/plan/language.ts';
import { plan, source } from '../../lib/plan/example.ts';

const { compiled } = compile(
  plan({
    objectives: { rpo: '2d', rto: '1h' },
    sources: {
      database: source({
        protect: [full({ at: '03:00', keep: '30d' }), logical({ at: '12:00', keep: '30d' })],
      }),
    },
  }),
  'production',
);

/** What is measured of the sizes of the newest backups against those before. */
function sizeRatio(ratios: Readonly<Record<string, number>>): number | null | undefined {
  const [found] = compiled?.sources ?? [];
  if (!compiled || !found) throw new Error('the plan is wrong');
  const now = new Date('2026-11-21T03:00:00Z');
  const nothing = { manifests: [], unreadable: [], runs: [] };
  const status = sourceStatus({ source: found, minSizeRatio: 0.8, ...nothing, now });
  const protections = status.protections.map((protection) => ({
    ...protection,
    sizeRatio: ratios[protection.kind] ?? null,
  }));
  return measurements(compiled, { ...status, protections }).values[METRIC.sizeRatio];
}

test('a dump that shrank is seen beside a base backup that did not', () => {
  expect(sizeRatio({ full: 1.01, logical: 0.4 })).toBe(0.4);
  expect(sizeRatio({ full: 0.5, logical: 1 })).toBe(0.5);
});

test('one backup says nothing about its size', () => {
  expect(sizeRatio({})).toBeNull();
  expect(sizeRatio({ full: 0.97 })).toBe(0.97);
});
