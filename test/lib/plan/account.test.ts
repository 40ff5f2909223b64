import { accountOf, isCrossAccount } from '../../../lib/plan/account.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { production } from './example.ts';

const [FIRST, SECOND] = ['111111111111', '222222222222'];

const compiled = (settings: Parameters<typeof production>[0]) => {
  const result = compile(production(settings), 'production').compiled;
  if (!result) throw new Error('the plan does not compile');
  return result;
};

test('both sides are in the one account of the plan', () => {
  const one = compiled({ account: FIRST });
  expect([accountOf(one, 'primary'), accountOf(one, 'replica')]).toEqual([FIRST, FIRST]);
  expect(isCrossAccount(one)).toBe(false);
  // What reads a compiled plan sees no difference to one made before there was a second account.
  expect(one).not.toHaveProperty('replicaAccount');
});

test('the replica region is in the account that the plan names for it', () => {
  const two = compiled({ account: FIRST, replicaAccount: SECOND });
  expect([accountOf(two, 'primary'), accountOf(two, 'replica')]).toEqual([FIRST, SECOND]);
  expect(isCrossAccount(two)).toBe(true);
  expect(two.buckets).toMatchObject({
    primary: `tidemark-shop-production-${FIRST}-eu-central-1`,
    replica: `tidemark-shop-production-${SECOND}-eu-west-1`,
  });
});
