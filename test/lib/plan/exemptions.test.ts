import { compile } from '../../../lib/plan/compile.ts';
import { full, redis, snapshot } from '../../../lib/plan/language.ts';
import { findingsOf, plan, protect, source } from './example.ts';

const reason = 'what is cached can be computed again from the database';

/** Two sources that lose more than the objective, which stands in the plan for both. */
const withExemption = (path: string, changes = {}) =>
  plan({
    sources: {
      database: source({ protect: [full({ at: '03:00', keep: '30d' })] }),
      cache: redis({
        server: { service: 'redis.shop' },
        protect: [snapshot({ at: '04:00', keep: '30d' })],
      }),
    },
    exemptions: [{ code: 'TM101', path, reason }],
    ...changes,
  });

const lossesIn = (of: unknown) =>
  findingsOf(of)
    .filter(({ code }) => code === 'TM101')
    .map(({ severity, source: about }) => [about, severity]);

test('an exemption can name one of the sources that share an objective', () => {
  const accepted = withExemption('sources.cache');
  expect(lossesIn(accepted)).toEqual([
    ['database', 'error'],
    ['cache', 'exempt'],
  ]);
  expect(findingsOf(accepted).map(({ code }) => code)).not.toContain('TM701');
});

test('so it can where an environment has its own objective', () => {
  const environments = {
    production: { account: '111111111111', objectives: { rpo: '1h', rto: '1h' } },
  };
  expect(lossesIn(withExemption('sources.cache', { environments }))).toEqual([
    ['database', 'error'],
    ['cache', 'exempt'],
  ]);
});

test('an exemption of the shared objective accepts it for all sources', () => {
  expect(lossesIn(withExemption('objectives.rpo'))).toEqual([
    ['database', 'exempt'],
    ['cache', 'exempt'],
  ]);
});

test('an exemption with a mistake takes none of the others with it', () => {
  const exemptions = [
    { code: 'TM101', path: 'sources.cache', reason: 'short' },
    { code: 'TM101', path: 'sources.database', reason },
  ];
  const mistaken = withExemption('', { exemptions });
  expect(lossesIn(mistaken)).toEqual([
    ['database', 'exempt'],
    ['cache', 'error'],
  ]);
  expect(findingsOf(mistaken).map(({ path }) => path)).toContain('exemptions.0.reason');
});

test('exemptions that are no list accept nothing', () => {
  const none = { ...withExemption(''), exemptions: 'all of them' };
  expect(lossesIn(none)).toEqual([
    ['database', 'error'],
    ['cache', 'error'],
  ]);
});

test('exempt findings carry the reason and do not stop compilation', () => {
  const accepted = plan({
    ...protect(full({ at: '03:00', keep: '30d' })),
    exemptions: [
      {
        code: 'TM101',
        path: 'objectives',
        reason: 'only the nightly import writes to this database',
      },
    ],
  });
  const { compiled, findings } = compile(accepted, 'production');
  expect(compiled?.sources[0]?.proof.worstLossSeconds).toBe(30 * 3600);
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'TM101',
      severity: 'exempt',
      reason: 'only the nightly import writes to this database',
    }),
  );
});
