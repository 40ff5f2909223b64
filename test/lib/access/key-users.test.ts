import { keyUsers } from '../../../lib/access/key-users.ts';
import { roleArn } from '../../../lib/access/role-names.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { compiledPlan, source } from '../stacks/environment.ts';
import { decision } from '../stacks/policy.ts';

const REGION = 'eu-central-1';

/** Whether a statement for these users would speak of a role, as IAM compares. */
function admits(users: readonly string[], arn: string): boolean {
  const statement = {
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: '*',
    Condition: { ArnLike: { 'aws:PrincipalArn': users } },
  } as const;
  const request = { action: 'kms:Decrypt', resource: '*', context: { 'aws:PrincipalArn': arn } };
  return decision([statement], request) === 'Allow';
}

const planOf = (names: readonly string[]): CompiledPlan =>
  compiledPlan({ sources: names.map((name) => source(name)) });

const numbered = (count: number, name: string): string[] =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`);

describe.each([
  ['few sources', numbered(3, 'orders')],
  ['many sources', numbered(100, 'orders')],
  ['many sources whose names are too long for a role', numbered(100, 'orders-'.repeat(8))],
])('the key of the primary bucket with %s', (_, names) => {
  const compiled = planOf(names);
  const { encryptors, decryptors } = keyUsers(compiled, 'primary');

  test('is for every writer and every restorer, in both regions', () => {
    for (const name of names) {
      const writer = roleArn(compiled, REGION, 'writer', name);
      expect([writer, admits(encryptors, writer)]).toEqual([writer, true]);
      for (const region of Object.values(compiled.regions)) {
        const restorer = roleArn(compiled, region, 'restorer', name);
        expect([restorer, admits(decryptors, restorer)]).toEqual([restorer, true]);
      }
    }
  });

  test.each([
    ['of another environment', { environment: 'staging' }],
    ['of another plan', { plan: 'warehouse' }],
    ['of another account', { account: '999999999999' }],
  ])('is not for roles %s', (_, changes) => {
    const other = { ...compiled, ...changes };
    for (const use of ['writer', 'restorer'] as const) {
      expect(admits(decryptors, roleArn(other, REGION, use, names[0]))).toBe(false);
    }
  });

  test('is not for people', () => {
    expect(admits(decryptors, roleArn(compiled, REGION, 'break-glass'))).toBe(false);
    expect(admits(decryptors, 'arn:aws:iam::123456789012:user/admin')).toBe(false);
  });
});

test('a restorer encrypts nothing in the other region, and break-glass nowhere, however many sources there are', () => {
  const compiled = {
    ...planOf(numbered(100, 'orders')),
    breakGlass: { principals: ['user/anna'], bypassGovernance: false },
  };
  for (const region of Object.values(compiled.regions)) {
    const { encryptors, decryptors } = keyUsers(compiled, 'primary');
    const restorer = roleArn(compiled, region, 'restorer', 'orders-1');
    const people = roleArn(compiled, region, 'break-glass');
    expect(admits(encryptors, restorer)).toBe(region === REGION);
    expect([encryptors, decryptors].map((users) => admits(users, people))).toEqual([false, true]);
  }
});

test.each([40, 41, 100])(
  'the key policy of %i sources with long names fits into the 32 KB of KMS',
  (count) => {
    const compiled = {
      ...planOf(numbered(count, 'orders-'.repeat(8))),
      breakGlass: { principals: ['user/anna'], bypassGovernance: false },
    };
    for (const side of ['primary', 'replica'] as const) {
      // What else is in the policy takes less than 2 KB.
      expect(JSON.stringify(keyUsers(compiled, side)).length).toBeLessThan(30 * 1024);
    }
  },
);
