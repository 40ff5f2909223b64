import { roleName } from '../../../lib/access/role-names.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import {
  evidenceOf,
  type Location,
  locationOf,
  otherSide,
  type Side,
  veleroOf,
} from '../../../lib/storage/location.ts';
import { compiledPlan } from '../stacks/environment.ts';
import { deploy } from './deployed.ts';
import { Environment } from './evaluation.ts';
import { type Bucket, bucketsIn, keysIn, type Role, rolesIn, type Spoken } from './holders.ts';
import { everyCall } from './requests.ts';

const SECOND = '222222222222';
const SIDES = ['primary', 'replica'] as const;

const one = compiledPlan({
  lock: 'governance',
  retired: [{ name: '2557d-archive', days: 2557, storage: 'archive' }],
  breakGlass: { principals: ['user/anna'], bypassGovernance: true },
});
const two: CompiledPlan = { ...one, replicaAccount: SECOND };

/** In both directions. */
const inOne = new Environment(one, true);
const inTwo = new Environment(two, true);
const accounts = { primary: two.account, replica: SECOND };

describe.each(SIDES)('in the %s region, each in an account of its own,', (side) => {
  test('every role does what it does where both are in one account', () => {
    const does = (environment: Environment, compiled: CompiledPlan) =>
      [...environment.roles.keys()].flatMap((name) =>
        [...everyCall(environment, compiled, side)]
          .filter(([, call]) => call.every((request) => environment.may(name, request)))
          .map(([what]) => `${name} ${what}`),
      );
    // But for the one way to lose a backup: it ends at the account.
    const elsewhere = roleName(one, one.regions[otherSide(side)], 'break-glass');
    const expected = does(inOne, one).filter((what) => !what.startsWith(`${elsewhere} removes`));
    expect(does(inTwo, two)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(50);
  });
});

/** What S3 asks permission for when it copies an object. */
const COPYING = ['s3:ReplicateObject', 's3:ReplicateTags', 's3:ObjectOwnerOverrideToBucketOwner'];

const BUCKETS = [
  { use: 'replication', of: locationOf, deletes: false },
  { use: 'replication-evidence', of: evidenceOf, deletes: false },
  { use: 'replication-velero', of: veleroOf, deletes: true },
] as const;

describe.each(SIDES)('what is written in the %s account', (side) => {
  describe.each(BUCKETS)('and copied by $use', ({ use, of, deletes }) => {
    const from = of(two, side);
    const to = of(two, otherSide(side));
    const name = roleName(two, from.region, use);
    const may = (action: string, resource: string, context = {}): boolean =>
      inTwo.may(name, { action, resource, context });
    const usesKey = (action: string, { bucketArn, region, keyAlias }: Location): boolean =>
      may(action, inTwo.keyOf(bucketArn), {
        'kms:ViaService': `s3.${region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': bucketArn,
        'kms:ResourceAliases': keyAlias,
      });

    test('arrives in the other one, with its key, as its property', () => {
      expect(COPYING.filter((action) => may(action, `${to.bucketArn}/x`))).toEqual(COPYING);
      expect(may('s3:GetObjectVersionForReplication', `${from.bucketArn}/x`)).toBe(true);
      expect(usesKey('kms:Decrypt', from)).toBe(true);
      expect(usesKey('kms:GenerateDataKey', to)).toBe(true);
      expect(usesKey('kms:Decrypt', to)).toBe(true);
    });

    test('is not removed there, nor is anything else', () => {
      expect(may('s3:ReplicateDelete', `${to.bucketArn}/x`)).toBe(deletes);
      for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObject']) {
        expect([action, may(action, `${to.bucketArn}/x`)]).toEqual([action, false]);
      }
      expect(usesKey('kms:GenerateDataKey', from)).toBe(false);
    });

    test('goes nowhere else', () => {
      const others = BUCKETS.filter((other) => other.use !== use).map((other) =>
        other.of(two, otherSide(side)),
      );
      for (const { bucketArn } of others) {
        expect(may('s3:ReplicateObject', `${bucketArn}/x`)).toBe(false);
      }
    });
  });
});

/** What the policies of one account's bucket or key let the other account do, by condition on the role. */
function lets(policy: readonly Spoken[], account: string): [string, string[]][] {
  return policy
    .filter(
      ({ Effect, Principal }) =>
        Effect === 'Allow' && JSON.stringify(Principal).includes(`:iam::${account}:`),
    )
    .map(({ Action, Condition }) => [
      [Action].flat().join(' '),
      [Condition?.ArnLike?.['aws:PrincipalArn']]
        .flat()
        .map(String)
        .filter((arn) => arn.includes(`:iam::${account}:`))
        .map((arn) => arn.replace(/^.*:role\/tidemark-shop-production-|-eu-[a-z]+-1$/g, '')),
    ]);
}

const resources = deploy(two, true);
const bucketOf = ({ bucketArn }: Location): Bucket => {
  const found = bucketsIn(resources).find(({ arn }) => arn === bucketArn);
  if (!found) throw new Error(`no bucket ${bucketArn}`);
  return found;
};

describe.each(SIDES)('the policies of the %s account', (side: Side) => {
  const other = accounts[otherSide(side)];
  const READERS = ['break-glass', 'orders-restorer', 'wal-restorer'];

  test('let the other account copy and read, and nothing else', () => {
    expect(lets(bucketOf(locationOf(two, side)).policy, other)).toEqual([
      ['s3:GetObject s3:GetObjectLegalHold s3:GetObjectVersion', READERS],
      ['s3:RestoreObject', READERS],
      ['s3:ListBucket s3:ListBucketVersions', READERS],
      [COPYING.toSorted().join(' '), ['replication']],
      ['s3:GetBucketVersioning', ['replication']],
    ]);
    expect(lets(bucketOf(evidenceOf(two, side)).policy, other)).toEqual([
      [COPYING.toSorted().join(' '), ['replication-evidence']],
      ['s3:GetBucketVersioning', ['replication-evidence']],
    ]);
    expect(lets(bucketOf(veleroOf(two, side)).policy, other)).toEqual([
      [[...COPYING, 's3:ReplicateDelete'].toSorted().join(' '), ['replication-velero']],
      ['s3:GetBucketVersioning', ['replication-velero']],
    ]);
  });

  test('let the other account use the keys of the copies, and administer none', () => {
    const keys = keysIn(resources)
      .filter(({ account }) => account === accounts[side])
      .map(({ policy }) => lets(policy, other))
      .filter((let_) => let_.length > 0);
    const use = (encrypts: string[], decrypts: string[]) => [
      ['kms:Encrypt kms:GenerateDataKey', encrypts],
      ['kms:Decrypt', decrypts],
    ];
    expect(keys).toHaveLength(3);
    expect(keys).toEqual(
      expect.arrayContaining([
        use(['replication'], [...READERS.slice(0, 2), 'replication', 'wal-restorer']),
        use(['replication-evidence'], ['replication-evidence']),
        use(['replication-velero'], ['replication-velero']),
      ]),
    );
  });

  test('let people go around a lock in their own account alone', () => {
    const mine = roleName(two, two.regions[side], 'break-glass');
    const { policy } = bucketOf(locationOf(two, side));
    const [bypass] = policy.filter(({ Sid }) => Sid === 'DenyBypass');
    expect(bypass?.Condition?.ArnNotLike?.['aws:PrincipalArn']).toEqual([
      `arn:aws:iam::${accounts[side]}:role/${mine}`,
    ]);
    const removing = rolesIn(resources)
      .filter(({ name }) => name === mine)
      .flatMap(({ allowed }) => allowed)
      .filter(({ Action }) => [Action].flat().includes('s3:DeleteObjectVersion'))
      .flatMap(({ Resource }) => [Resource].flat().map(String));
    const { bucketArn } = locationOf(two, side);
    expect(removing.length).toBeGreaterThan(0);
    expect(removing.filter((one) => !one.startsWith(`${bucketArn}/`))).toEqual([]);
  });

  test('trust nobody of the other account with a role', () => {
    const roles = rolesIn(resources).filter(({ account }) => account === accounts[side]);
    const trusting = roles.filter(({ trust }) => JSON.stringify(trust).includes(other));
    expect(roles.length).toBeGreaterThan(8);
    expect(trusting.map(({ name }) => name)).toEqual([]);
  });
});

describe('whoever has all rights in the first account', () => {
  /** What an administrator makes of a role of ours, or of one with another name. */
  const roles = rolesIn(resources).filter(({ account }) => account === two.account);
  const names = [...roles.map(({ name }) => name), 'administrator'];
  const LOSES = [
    's3:BypassGovernanceRetention',
    's3:DeleteBucketPolicy',
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:PutBucketPolicy',
    's3:PutBucketVersioning',
    's3:PutLifecycleConfiguration',
    's3:PutObject',
    's3:PutObjectLegalHold',
    's3:PutObjectRetention',
    's3:PutReplicationConfiguration',
    's3:ReplicateDelete',
  ];

  test.each(names)('removes and configures nothing in the second one as %s', (name) => {
    const administrator: Role = {
      name,
      arn: `arn:aws:iam::${two.account}:role/${name}`,
      account: two.account,
      trust: [],
      allowed: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      managed: [],
    };
    const { bucketArn } = locationOf(two, 'replica');
    const key = inTwo.keyOf(bucketArn);
    const allowed = [
      ...LOSES.flatMap((action) => [
        { action, resource: bucketArn },
        { action, resource: `${bucketArn}/data/30d/orders/x` },
      ]),
      ...['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy', 'kms:CreateGrant'].map(
        (action) => ({ action, resource: key }),
      ),
    ].filter((request) => inTwo.may(administrator, request));
    expect(allowed).toEqual([]);
  });
});
