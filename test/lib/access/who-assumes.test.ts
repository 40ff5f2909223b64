import { type RoleUse, roleArn, roleName } from '../../../lib/access/role-names.ts';
import { SERVICE_ACCOUNTS } from '../../../lib/access/service-accounts.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { decision, type Statement } from '../stacks/policy.ts';
import { Environment } from './evaluation.ts';

const ANNA = 'arn:aws:iam::123456789012:user/anna';
const ISSUERS = {
  primary: 'oidc.eks.eu-central-1.amazonaws.com/id/A',
  replica: 'oidc.eks.eu-west-1.amazonaws.com/id/B',
};
const SIDES = ['primary', 'replica'] as const;
const USES = ['writer', 'restorer', 'verifier'] as const;

type Context = Readonly<Record<string, string>>;

const podIdentity = compiledPlan({
  breakGlass: { principals: ['user/anna'], bypassGovernance: false },
});
const irsa = compiledPlan({ kubernetes: { ...podIdentity.kubernetes, issuers: ISSUERS } });
const withAgent = new Environment(podIdentity);
const withIssuers = new Environment(irsa);

const nameOf = (compiled: CompiledPlan, side: 'primary' | 'replica', use: RoleUse): string =>
  roleName(compiled, compiled.regions[side], use, 'orders');

describe.each(SIDES)('in the %s region, a role of a source', (side) => {
  const { account, regions, kubernetes } = podIdentity;
  const cluster = side === 'primary' ? kubernetes.cluster : kubernetes.replicaCluster;

  test.each(USES)('%s is for the pods of its service account, as EKS says them', (use) => {
    const tags = {
      'aws:SourceAccount': account,
      'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:${regions[side]}:${account}:cluster/${cluster}`,
      'aws:RequestTag/kubernetes-namespace': kubernetes.namespace,
      'aws:RequestTag/kubernetes-service-account': SERVICE_ACCOUNTS[use]('orders'),
    };
    const may = (changes: Context = {}): boolean =>
      withAgent.mayAssume(
        nameOf(podIdentity, side, use),
        { kind: 'Service', name: 'pods.eks.amazonaws.com' },
        'sts:AssumeRole',
        { ...tags, ...changes },
      );
    expect(may()).toBe(true);
    for (const [key, other] of [
      ['aws:SourceAccount', '999999999999'],
      ['aws:RequestTag/eks-cluster-arn', `${tags['aws:RequestTag/eks-cluster-arn']}-2`],
      ['aws:RequestTag/kubernetes-namespace', 'default'],
      ['aws:RequestTag/kubernetes-service-account', SERVICE_ACCOUNTS[use]('wal')],
    ] as const) {
      expect([key, may({ [key]: other })]).toEqual([key, false]);
    }
  });

  test.each(USES)('%s is for whom the issuer of the cluster says so, where there is one', (use) => {
    const issuer = ISSUERS[side];
    const sub = `system:serviceaccount:${kubernetes.namespace}:${SERVICE_ACCOUNTS[use]('orders')}`;
    const may = (context: Context, from = issuer): boolean =>
      withIssuers.mayAssume(
        nameOf(irsa, side, use),
        { kind: 'Federated', name: `arn:aws:iam::${account}:oidc-provider/${from}` },
        'sts:AssumeRoleWithWebIdentity',
        context,
      );
    const token = { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: sub };
    expect(may(token)).toBe(true);
    expect(may({ ...token, [`${issuer}:aud`]: 'kubernetes.default.svc' })).toBe(false);
    expect(may({ ...token, [`${issuer}:sub`]: sub.replace('orders', 'wal') })).toBe(false);
    expect(may({ ...token, [`${issuer}:sub`]: sub.replace(':shop:', ':default:') })).toBe(false);
    expect(may({ [`${issuer}:aud`]: 'sts.amazonaws.com' })).toBe(false);
    expect(may(token, ISSUERS[side === 'primary' ? 'replica' : 'primary'])).toBe(false);
    const byAgent = { kind: 'Service', name: 'pods.eks.amazonaws.com' } as const;
    expect(withIssuers.mayAssume(nameOf(irsa, side, use), byAgent, 'sts:AssumeRole', token)).toBe(
      false,
    );
  });

  test('is bound to its service account in one way, not in two', () => {
    const associations = (compiled: CompiledPlan): number =>
      Object.keys(templates(compiled)[side].findResources('AWS::EKS::PodIdentityAssociation'))
        .length;
    expect([associations(podIdentity), associations(irsa)]).toEqual([2 * USES.length, 0]);
  });

  describe('of people who break the glass', () => {
    const factor = {
      'aws:MultiFactorAuthPresent': 'true',
      'aws:MultiFactorAuthAge': '30',
      'aws:RequestedRegion': regions[side],
    };
    const may = (context: Context, arn = ANNA): boolean =>
      withAgent.mayAssume(
        roleName(podIdentity, regions[side], 'break-glass'),
        { kind: 'AWS', name: arn },
        'sts:AssumeRole',
        context,
      );
    const { 'aws:MultiFactorAuthAge': _age, ...withoutAge } = factor;

    test('is for those whom the plan names, with a fresh second factor', () => {
      expect(may(factor)).toBe(true);
    });

    test('can be asked for in either region of the plan, where its use is heard', () => {
      for (const region of Object.values(regions)) {
        expect(may({ ...factor, 'aws:RequestedRegion': region })).toBe(true);
      }
      expect(may({ ...factor, 'aws:RequestedRegion': 'us-east-1' })).toBe(false);
    });

    test.each([
      ['without a second factor', { 'aws:RequestedRegion': regions[side] }],
      ['whose factor was not given', { ...factor, 'aws:MultiFactorAuthPresent': 'false' }],
      ['with a factor of this morning', { ...factor, 'aws:MultiFactorAuthAge': '7200' }],
      ['with a factor of unknown age', withoutAge],
    ])('is not for them %s', (_, context) => {
      expect(may(context)).toBe(false);
    });

    test.each([
      'arn:aws:iam::123456789012:user/eve',
      'arn:aws:iam::999999999999:user/anna',
      'arn:aws:iam::123456789012:root',
      roleArn(podIdentity, regions[side], 'restorer', 'orders'),
    ])('is not for %s', (arn) => {
      expect(may(factor, arn)).toBe(false);
    });

    test('lasts an hour', () => {
      templates(podIdentity)[side].hasResourceProperties('AWS::IAM::Role', {
        RoleName: roleName(podIdentity, regions[side], 'break-glass'),
        MaxSessionDuration: 3600,
      });
    });
  });
});

describe('a role of a service', () => {
  const { account, regions } = podIdentity;
  const trust = (description: string) => {
    const [role] = Object.values(
      templates(podIdentity).primary.findResources('AWS::IAM::Role', {
        Properties: { Description: description },
      }),
    );
    return role?.Properties.AssumeRolePolicyDocument.Statement as Statement[];
  };

  test('is for the state machine and for the items of its map, and for no other machine', () => {
    const machine = `arn:aws:states:${regions.primary}:${account}:stateMachine:tidemark-shop-production-verify`;
    const may = (source: string, by = account) =>
      decision(
        trust('runs verifications of backups').map((one) => ({ ...one, Resource: '*' })),
        {
          action: 'sts:AssumeRole',
          resource: 'role',
          context: { 'aws:SourceArn': source, 'aws:SourceAccount': by },
        },
      );
    expect(may(machine)).toBe('Allow');
    expect(may(`${machine}/Items`)).toBe('Allow');
    expect(may(`${machine}-2`)).toBeUndefined();
    expect(may(machine, '999999999999')).toBeUndefined();
  });

  test('asks S3 for nothing that its jobs are not documented to say', () => {
    expect(trust('S3 computes digests of archived backups as this role')).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: 'batchoperations.s3.amazonaws.com' },
      },
    ]);
  });
});

test('where the plan names nobody, there is no such role and no key knows it', () => {
  const nobody = compiledPlan();
  const { roles } = new Environment(nobody);
  expect([...roles.keys()].filter((name) => name.includes('break-glass'))).toEqual([]);
  expect(JSON.stringify(templates(nobody).primary.findResources('AWS::KMS::Key'))).not.toContain(
    'break-glass-',
  );
});
