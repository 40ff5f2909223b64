import { compile } from '../../../../lib/plan/compile.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { findingsOf, plan, production } from '../example.ts';
import { testRules } from './cases.ts';

const issuer = (region: string, id = 'A'): string =>
  `oidc.eks.${region}.amazonaws.com/id/${id.repeat(32)}`;
const HERE = issuer('eu-central-1');
const THERE = issuer('eu-west-1', 'B');

const irsa = (first: string, second: string): PlanInput => {
  const { kubernetes } = plan();
  return plan({
    kubernetes: { ...kubernetes, identity: { issuer: first, replicaIssuer: second } },
  });
};

const breakGlass = (
  lock?: 'governance' | 'compliance',
  changes: { principals?: string[]; bypassGovernance?: boolean } = {},
): PlanInput => ({
  ...production(lock ? { lock } : {}),
  access: { breakGlass: { principals: ['user/anna'], ...changes } },
});

const bypass = { bypassGovernance: true };

testRules([
  {
    code: 'TM850',
    severity: 'error',
    path: 'kubernetes.identity.replicaIssuer',
    says: /a cluster in eu-central-1, but it is for the pods in eu-west-1/,
    fires: irsa(HERE, issuer('eu-central-1', 'B')),
    silent: irsa(HERE, THERE),
  },
  {
    code: 'TM850',
    severity: 'error',
    path: 'environments.production.kubernetes.identity.issuer',
    says: /a cluster in us-east-1/,
    fires: production({
      kubernetes: { identity: { issuer: issuer('us-east-1'), replicaIssuer: THERE } },
    }),
    silent: production({ kubernetes: { identity: { issuer: HERE, replicaIssuer: THERE } } }),
  },
  {
    code: 'TM851',
    severity: 'error',
    path: 'kubernetes.identity.replicaIssuer',
    says: /both clusters have one issuer/,
    fires: irsa('issuer.example.com/shop', 'issuer.example.com/shop'),
    silent: irsa('issuer.example.com/shop-1', 'issuer.example.com/shop-2'),
  },
  {
    code: 'TM852',
    severity: 'error',
    path: 'access.breakGlass.principals.1',
    says: /sessions of IAM Identity Center do not tell AWS of a second factor/,
    fires: breakGlass(undefined, {
      principals: [
        'user/anna',
        'role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef',
      ],
    }),
    silent: breakGlass(undefined, { principals: ['user/anna', 'user/oncall/ben'] }),
  },
  {
    code: 'TM852',
    severity: 'error',
    path: 'access.breakGlass.principals.0',
    says: /whoever is in a role has no second factor to give/,
    fires: breakGlass(undefined, { principals: ['role/oncall/incident-lead', 'user/anna'] }),
    silent: breakGlass(),
  },
  {
    code: 'TM853',
    severity: 'error',
    path: 'access.breakGlass.bypassGovernance',
    says: /nobody can remove what is locked in compliance mode/,
    fires: breakGlass('compliance', bypass),
    silent: breakGlass('compliance'),
  },
  {
    code: 'TM853',
    severity: 'warning',
    path: 'access.breakGlass.bypassGovernance',
    says: /the environment locks nothing/,
    fires: breakGlass(undefined, bypass),
    silent: breakGlass('governance', bypass),
  },
]);

test.each([
  'root',
  'anna',
  '*',
  'user/*',
  'group/admins',
  'arn:aws:iam::111111111111:user/anna',
  'assumed-role/admin/anna',
])('nobody is let in as %s', (principal) => {
  expect(findingsOf(breakGlass(undefined, { principals: [principal] }))).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      path: 'access.breakGlass.principals.0',
      message: expect.stringMatching(/is not a user of IAM/),
    }),
  );
});

test.each(['https://oidc.eks.eu-central-1.amazonaws.com/id/A', 'shop', 'oidc.example.com/*'])(
  'an issuer is not %s',
  (name) => {
    expect(findingsOf(irsa(name, THERE))).toContainEqual(
      expect.objectContaining({ severity: 'error', path: 'kubernetes.identity.issuer' }),
    );
  },
);

describe('an environment', () => {
  const compiled = (of: PlanInput) => compile(of, 'production').compiled;

  test('knows the people of the plan, whichever account they are in', () => {
    expect(compiled(breakGlass('governance', bypass))?.breakGlass).toEqual({
      principals: ['user/anna'],
      bypassGovernance: true,
    });
  });

  test('may name others, or nobody', () => {
    const access = { breakGlass: { principals: ['user/night'] } };
    const { account } = production({}).environments.production ?? { account: '' };
    const of = (own: Parameters<typeof production>[0]): PlanInput => ({
      ...breakGlass(),
      environments: { production: { account, ...own } },
    });
    expect(compiled(of({ access }))?.breakGlass?.principals).toEqual(['user/night']);
    expect(compiled(of({ access: {} }))).not.toHaveProperty('breakGlass');
    expect(compiled(plan())).not.toHaveProperty('breakGlass');
  });

  test('goes around no lock where an exemption accepts that there is none', () => {
    const accepted = {
      ...breakGlass(undefined, bypass),
      exemptions: [
        { code: 'TM853', path: 'access', reason: 'the lock comes with the next release' },
      ],
    };
    expect(compiled(accepted)?.breakGlass?.bypassGovernance).toBe(false);
  });
});
