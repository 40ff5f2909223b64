import { diffPromises } from '../../../../lib/audit/diff/diff.ts';
import { DATA } from '../../../../lib/catalog/keys.ts';
import { compile } from '../../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../../lib/plan/compiled.ts';
import { full, wal } from '../../../../lib/plan/language.ts';
import { lockDays } from '../../../../lib/plan/promised-days.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import type { Keep } from '../../../../lib/plan/values/retention.ts';
import { lifecycleRules } from '../../../../lib/storage/lifecycle.ts';
import { plan, source } from '../../plan/example.ts';
import { CASES } from './cases.ts';
import { promises } from './versions.ts';

function compiled(plan: PlanInput): CompiledPlan {
  const result = compile(plan, 'production').compiled;
  if (!result) throw new Error('the plan is refused');
  return result;
}

/** Classes whose backups the bucket ends or moves to cold storage. */
const ruled = (plan: CompiledPlan): string[] =>
  lifecycleRules(plan).flatMap(({ prefix = '' }) =>
    prefix.startsWith(`${DATA}/`) ? [prefix.slice(DATA.length + 1, -1)] : [],
  );

const pairs = Object.entries(CASES).flatMap(([name, [before, after]]) => [
  { name, before, after },
  { name: `${name}, the way back`, before: after, after: before },
]);

test.each(pairs)('what is told to be left has lost its rules: $name', ({ before, after }) => {
  const told = diffPromises(promises(before), promises(after)).flatMap(({ before: fact }) =>
    fact?.about === 'class' ? [fact.class] : [],
  );
  const [old, young] = [compiled(before), compiled(after)];
  const sameBucket = old.buckets.primary === young.buckets.primary;
  const lost = ruled(old).filter((name) => !ruled(young).includes(name));
  expect(told).toEqual(sameBucket ? lost : []);
});

test('a class that is retired keeps its rules, is told not to be left, and shortens no lock', () => {
  const of = (days: Keep, retired: string[] = []): PlanInput =>
    plan({
      retired,
      environments: { production: { account: '111111111111', lock: 'governance' } },
      sources: {
        database: source({
          protect: [wal({ flush: '60s', keep: days }), full({ at: '03:00', keep: days })],
        }),
      },
    });
  const [before, after] = [of('30d'), of('90d', ['30d', '90d'])];
  expect(ruled(compiled(after)).sort()).toEqual(['30d', '90d']);
  expect(compiled(after).retired.map(({ name }) => name)).toEqual(['30d']);
  expect(lockDays(compiled(after))).toBe(90);
  const told = (young: PlanInput) =>
    diffPromises(promises(before), promises(young)).filter(
      ({ before: fact }) => fact?.about === 'class',
    );
  expect(told(of('90d'))).toHaveLength(1);
  expect(told(after)).toEqual([]);
});
