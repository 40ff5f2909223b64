import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { full, incremental, wal } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { plan, protect, source } from './example.ts';

function compiled(of: PlanInput, environment = 'production'): CompiledPlan {
  const result = compile(of, environment);
  if (!result.compiled) throw new Error(JSON.stringify(result.findings, null, 2));
  return result.compiled;
}

const account = '111111111111';
const everywhere = {
  development: { account },
  staging: { account },
  production: { account },
  compliance: { account },
};
const withoutKeep = [wal({ flush: '60s' }), full({ at: '03:00' })];

test.each([
  ['development', '7d'],
  ['staging', '14d'],
  ['production', '30d'],
  ['compliance', '2557d'],
])('%s keeps databases %s where the plan is silent', (environment, name) => {
  const silent = { ...protect(...withoutKeep), environments: everywhere };
  expect(compiled(silent, environment).classes.map((c) => c.name)).toEqual([name]);
});

test('the retention of an environment goes before its default', () => {
  const silent = {
    ...protect(...withoutKeep),
    environments: { production: { account, retention: { database: '45d' as const } } },
  };
  expect(compiled(silent).classes.map((c) => c.name)).toEqual(['45d']);
});

test('an explicit keep is the promise in every environment', () => {
  const explicit = plan({ environments: everywhere });
  for (const environment of ['development', 'production']) {
    expect(compiled(explicit, environment).classes.map((c) => c.name)).toEqual(['30d', '7d']);
  }
});

test('an environment overrides lists as a whole and a server key by key', () => {
  const overriding = plan({
    environments: {
      production: { account },
      development: {
        account,
        objectives: { rpo: '2d', rto: '1d' },
        kubernetes: { namespace: 'shop-dev' },
        sources: {
          database: {
            server: { service: 'postgres.shop-dev' },
            protect: [full({ at: '05:00', keep: '7d' })],
          },
        },
      },
    },
  });
  const [development] = compiled(overriding, 'development').sources;
  expect(development?.settings).toMatchObject({
    server: { service: 'postgres.shop-dev', database: 'shop' },
  });
  expect(development?.protections.map(({ kind }) => kind)).toEqual(['full']);
  expect(development?.objectives.rpoSeconds).toBe(2 * 86_400);
  expect(compiled(overriding, 'development').kubernetes).toEqual({
    namespace: 'shop-dev',
    cluster: 'shop',
    replicaCluster: 'shop',
    image: 'ghcr.io/acme/agent',
  });
  const [inProduction] = compiled(overriding).sources;
  expect(inProduction?.settings).toMatchObject({ server: { service: 'postgres.shop' } });
  expect(inProduction?.protections.map(({ kind }) => kind)).toEqual(['wal', 'full']);
});

test('buckets are named after plan, environment, account and region', () => {
  const primary = 'tidemark-shop-production-111111111111-eu-central-1';
  const replica = 'tidemark-shop-production-111111111111-eu-west-1';
  expect(compiled(plan()).buckets).toEqual({
    primary,
    replica,
    evidence: { primary: `${primary}-evidence`, replica: `${replica}-evidence` },
    velero: { primary: `${primary}-velero`, replica: `${replica}-velero` },
  });
});

test('a bucket beside the backups has a name within the limit of S3, and of its own, for the longest of plans', () => {
  // 63 characters, with the account and the region that every plan of these tests has.
  const longest = (last: string) =>
    compiled(plan({ name: `${'shop-'.repeat(3)}s${last}` })).buckets;
  const { primary, evidence, velero } = longest('a');
  expect(primary).toHaveLength(63);
  expect([evidence.primary.length, velero.primary.length]).toEqual([63, 63]);
  expect(evidence.primary).toMatch(/^tidemark-shop-shop-shop-sa-production-.+-evidence$/);
  expect(velero.primary).toMatch(/-velero$/);
  // What is cut away tells the regions apart.
  expect(evidence.replica).not.toBe(evidence.primary);
  expect(longest('b').evidence.primary).not.toBe(evidence.primary);
});

test('a deadline is six hours, or the time to the next start where that is shorter', () => {
  const deadline = (...rows: Parameters<typeof protect>) =>
    compiled(protect(...rows)).sources[0]?.protections.at(-1)?.deadlineSeconds;
  const streamed = wal({ flush: '60s', keep: '7d' });
  expect(deadline(streamed, full({ at: '03:00', keep: '30d' }))).toBe(6 * 3600);
  expect(deadline(streamed, full({ every: '2h', keep: '30d' }))).toBe(2 * 3600);
  expect(deadline(streamed, full({ at: '03:00', within: '90m', keep: '30d' }))).toBe(5400);
});

test('a kind is overdue after its longest gap and its deadline, WAL after its flush and an allowance', () => {
  const weekdays = protect(
    wal({ flush: '60s', keep: '7d' }),
    full({ cron: '0 3 * * 1-5', within: '1h', keep: '30d' }),
  );
  const overdue = compiled(weekdays).sources[0]?.protections.map((row) => row.overdueSeconds);
  expect(overdue).toEqual([180, 3 * 86_400 + 3600]);
});

test.each([
  ['*/30 * * * *', 'hourly'],
  ['0 */6 * * *', 'hourly'],
  ['0 3 * * *', 'daily'],
  ['0 3 * * 1-5', 'daily'],
  ['0 3 * * 0', 'weekly'],
  ['0 3 1 * *', 'monthly'],
  ['0 3 1 1 *', 'yearly'],
])('a single keep of %s is kept as %s', (cron, tier) => {
  const single = protect(wal({ flush: '60s', keep: '800d' }), full({ cron, keep: '800d' }));
  expect(compiled(single).sources[0]?.protections[1]?.tiers).toEqual([{ tier, class: '800d' }]);
});

test('tiers come from short to long, cold ones in a class of their own', () => {
  const tiers = protect(
    wal({ flush: '60s', keep: '7d' }),
    full({
      at: '03:00',
      keep: { yearly: '7y', daily: '30d', monthly: '1y' },
      cold: ['monthly', 'yearly'],
    }),
  );
  expect(compiled(tiers).sources[0]?.protections[1]?.tiers).toEqual([
    { tier: 'daily', class: '30d' },
    { tier: 'monthly', class: '366d-cold' },
    { tier: 'yearly', class: '2557d-cold' },
  ]);
  expect(compiled(tiers).classes).toContainEqual({ name: '366d-cold', days: 366, storage: 'cold' });
});

test('a row without a job has no class of its own', () => {
  const database = source({
    server: { ...source().server, version: '16' },
    protect: [
      wal({ flush: '60s', keep: '7d' }),
      full({ at: '03:00', keep: '30d' }),
      incremental({ every: '1h', keep: '3d' }),
    ],
  });
  const rows = plan({ sources: { database } });
  expect(compiled(rows).classes.map(({ name }) => name)).toEqual(['30d', '7d']);
  expect(compiled(rows).sources[0]?.protections.map(({ derived }) => derived)).toEqual([
    true,
    true,
    false,
  ]);
});

test('objectives of a source go before those of the environment and of the plan', () => {
  const objectives = { rpo: '10m', rto: '2h' } as const;
  const inherited = plan({
    environments: { production: { account, objectives: { rpo: '30m', rto: '4h' } } },
    sources: {
      database: source({ objectives }),
      orders: source({ server: { ...source().server, service: 'orders.shop' } }),
    },
  });
  const { sources } = compiled(inherited);
  expect(sources.map((s) => s.objectives.rpoSeconds)).toEqual([600, 1800]);
});
