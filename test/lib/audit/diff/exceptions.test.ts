import { diffPromises } from '../../../../lib/audit/diff/diff.ts';
import { redis, snapshot } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { plan } from '../../plan/example.ts';
import { promises } from './versions.ts';

const REASON = 'what is lost can be computed again from the database';

/** Two caches below one objective of three hours; each is backed up hourly or daily. */
function caches(every: Record<'carts' | 'pages', '1h' | '24h'>, ownObjectives = false): PlanInput {
  const objectives = { rpo: '3h', rto: '1d' } as const;
  const cache = (name: 'carts' | 'pages') =>
    redis({
      server: { service: `${name}.shop` },
      ...(ownObjectives && { objectives }),
      protect: [snapshot({ every: every[name], within: '30m', keep: '30d' })],
    });
  return plan({
    objectives,
    sources: { carts: cache('carts'), pages: cache('pages') },
    exemptions: ['carts', 'pages'].map((name) => ({
      code: 'TM101',
      path: `sources.${name}`,
      reason: REASON,
    })),
  });
}

const exceptions = (before: PlanInput, after: PlanInput) =>
  diffPromises(promises(before), promises(after)).flatMap(
    ({ effect, before: old, after: young }) => {
      const fact = young ?? old;
      return fact?.about === 'finding' && fact.code === 'TM101' ? [[effect, fact.source]] : [];
    },
  );

test('a second source that misses a shared objective is an exception of its own', () => {
  const before = caches({ carts: '24h', pages: '1h' });
  const after = caches({ carts: '24h', pages: '24h' });
  expect(exceptions(before, after)).toEqual([['shrinks', 'pages']]);
  expect(exceptions(after, before)).toEqual([['grows', 'pages']]);
});

test('the same exception of a source at another place of the plan is none that is new', () => {
  const daily = { carts: '24h', pages: '24h' } as const;
  expect(exceptions(caches(daily, true), caches(daily))).toEqual([]);
});
