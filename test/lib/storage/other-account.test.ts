import { roleName } from '../../../lib/access/role-names.ts';
import { locationOf } from '../../../lib/storage/location.ts';
import { deploy } from '../access/deployed.ts';
import { Environment } from '../access/evaluation.ts';
import { bucketsIn } from '../access/holders.ts';
import { compiledPlan, source } from '../stacks/environment.ts';

/** With names as long as they may be, and all that a plan can let the other account do. */
const large = (count: number) =>
  compiledPlan({
    plan: 'p'.repeat(40),
    replicaAccount: '222222222222',
    lock: 'governance',
    breakGlass: { principals: ['user/anna'], bypassGovernance: true },
    retired: [{ name: '2557d-archive', days: 2557, storage: 'archive' }],
    sources: Array.from({ length: count }, (_, i) => source(`${i}`.padStart(40, 'database-'))),
  });

/** As many sources as a policy names one by one: those of the other account, and all others. */
test.each([20, 40])('the policy of a bucket for %i sources is one that S3 takes', (count) => {
  const sizes = bucketsIn(deploy(large(count), true)).map(
    ({ policy }) => JSON.stringify(policy).length,
  );
  expect(Math.max(...sizes)).toBeGreaterThan(5000);
  expect(Math.max(...sizes)).toBeLessThan(20_000);
});

test('restorers of the other account read their own source where they are known by a pattern', () => {
  const compiled = large(21);
  const environment = new Environment(compiled, true);
  const [orders, other] = compiled.sources.map(({ name }) => name);
  const restorer = roleName(compiled, compiled.regions.primary, 'restorer', orders);
  const { bucketArn } = locationOf(compiled, 'replica');
  const reads = (name = '', what = 'base.tar.zst', role = restorer): boolean =>
    environment.may(role, {
      action: 's3:GetObject',
      resource: `${bucketArn}/data/30d/${name}/20261121T020000Z-full-9f86d081/${what}`,
    });
  expect([reads(orders), reads(other)]).toEqual([true, false]);
  const writer = roleName(compiled, compiled.regions.primary, 'writer', orders);
  expect(reads(orders, 'manifest.json', writer)).toBe(false);
});
