import { compile } from '../../../lib/plan/compile.ts';
import { full } from '../../../lib/plan/language.ts';
import { LIFECYCLE_RULES } from '../../../lib/plan/limits.ts';
import { lifecycleRules } from '../../../lib/storage/lifecycle.ts';
import { plan, source } from '../plan/example.ts';

test('the most retentions that a plan may have are the most that a bucket has rules for', () => {
  const sources = Array.from({ length: 332 }, (_, index) => {
    const protect = [full({ at: '03:00', keep: `${30 + index}d` })];
    return [`database-${index}`, source({ protect })] as const;
  });
  const { compiled } = compile(
    plan({ objectives: { rpo: '2d', rto: '1d' }, sources: Object.fromEntries(sources) }),
    'production',
  );
  const rules = compiled ? lifecycleRules(compiled).length : Number.NaN;
  expect(rules).toBeLessThanOrEqual(LIFECYCLE_RULES);
  expect(rules + 3).toBeGreaterThan(LIFECYCLE_RULES);
});
