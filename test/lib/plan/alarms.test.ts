import { full, wal } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { findingsOf, plan, production, source } from './example.ts';

/** Daily, and done within two hours: at most 26 hours old. */
const sources = {
  database: source({
    protect: [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', within: '2h', keep: '30d' })],
  }),
};
const alerts = (after?: '25h' | '26h'): PlanInput['alerts'] => ({
  email: ['oncall@example.com'],
  ...(after && { missing: { after } }),
});
const found = (of: PlanInput) => findingsOf(of).filter(({ code }) => code === 'TM508');

test('an alarm before the next backup can be there is a warning', () => {
  expect(found(plan({ sources, alerts: alerts('25h') }))).toMatchObject([
    {
      severity: 'warning',
      path: 'alerts.missing.after',
      message: expect.stringContaining('may be older than 1 d 1 h: full of database 1 d 2 h;'),
      remedy: expect.stringContaining("'26h' or more"),
    },
  ]);
});

test('an alarm after the next backup must be there is none', () => {
  expect(found(plan({ sources, alerts: alerts('26h') }))).toEqual([]);
  expect(found(plan({ sources, alerts: alerts() }))).toEqual([]);
});

test("an environment's own alerts are where the finding points to", () => {
  expect(found({ ...production({ alerts: alerts('25h') }), sources })).toMatchObject([
    { path: 'environments.production.alerts.missing.after' },
  ]);
});
