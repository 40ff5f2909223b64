import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { decision, type Request } from '../stacks/policy.ts';
import { deploy } from './deployed.ts';
import {
  type Bucket,
  bucketsIn,
  type Key,
  keysIn,
  type Role,
  rolesIn,
  type Spoken,
} from './holders.ts';

/** Permission to use the key of a bucket that S3 asks for besides. */
const USES_KEY: Readonly<Record<string, string>> = {
  's3:GetObject': 'kms:Decrypt',
  's3:GetObjectVersion': 'kms:Decrypt',
  's3:PutObject': 'kms:GenerateDataKey',
};

/** Who asks STS for a role: a service, an issuer of tokens, or a user or role, by name or ARN. */
interface Caller {
  readonly kind: 'AWS' | 'Federated' | 'Service';
  readonly name: string;
}

const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/**
 * All roles, buckets and keys of an environment as its templates would make them, and the decision that their policies come to
 * together. As IAM says: a denial wins; within one account the bucket's policy or the role's is enough, between two
 * both are needed; what the policy of a key leaves to its account is for the role's policy to allow.
 */
export class Environment {
  readonly roles: ReadonlyMap<string, Role>;
  private readonly buckets: ReadonlyMap<string, Bucket>;
  private readonly keys: ReadonlyMap<string, Key>;

  constructor(compiled: CompiledPlan, failback = false) {
    const resources = deploy(compiled, failback);
    this.roles = new Map(rolesIn(resources).map((role) => [role.name, role]));
    this.buckets = new Map(bucketsIn(resources).map((bucket) => [bucket.arn, bucket]));
    this.keys = new Map(keysIn(resources).map((key) => [key.arn, key]));
  }

  /**
   * Whether it is done when the role asks for it, through TLS unless the request says otherwise.
   * @param who name of a role, or one that the templates do not have
   */
  may(who: string | Role, { action, resource, context }: Request): boolean {
    const role = typeof who === 'string' ? this.role(who) : who;
    const request = {
      action,
      resource,
      context: {
        'aws:PrincipalArn': role.arn,
        'aws:SecureTransport': 'true',
        's3:TlsVersion': '1.3',
        ...context,
      },
    };
    const key = this.keys.get(resource);
    if (key) return byKey(key, role, request);
    const bucket = this.buckets.get(resource.split('/')[0] ?? '');
    if (!bucket) return decision(role.allowed, request) === 'Allow';
    return byBucket(bucket, role, request) && this.byKeyOf(bucket, role, action);
  }

  mayAssume(
    roleName: string,
    caller: Caller,
    action: string,
    context: Readonly<Record<string, string>>,
  ): boolean {
    const spoken = this.role(roleName).trust.filter(({ Principal }) =>
      principals(Principal, caller.kind).includes(caller.name),
    );
    return decision(about('', spoken), { action, resource: '', context }) === 'Allow';
  }

  /** ARN of the key of a bucket. */
  keyOf(bucketArn: string): string {
    const key = this.buckets.get(bucketArn)?.key;
    if (key === undefined) throw new Error(`no key of ${bucketArn}`);
    return key;
  }

  private role(name: string): Role {
    const role = this.roles.get(name);
    if (!role) throw new Error(`no role ${name}`);
    return role;
  }

  private byKeyOf(bucket: Bucket, role: Role, action: string): boolean {
    const needed = USES_KEY[action];
    const key = bucket.key === undefined ? undefined : this.keys.get(bucket.key);
    if (needed === undefined || !key) return true;
    return byKey(key, role, {
      action: needed,
      resource: key.arn,
      context: {
        'aws:PrincipalArn': role.arn,
        'kms:ViaService': `s3.${bucket.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': bucket.arn,
        ...(key.alias !== undefined && { 'kms:ResourceAliases': key.alias }),
      },
    });
  }
}

function byBucket(bucket: Bucket, role: Role, request: Request): boolean {
  const own = decision(role.allowed, request);
  const its = decision(speakingOf(bucket.policy, role), request);
  if (own === 'Deny' || its === 'Deny') return false;
  return bucket.account === role.account
    ? own === 'Allow' || its === 'Allow'
    : own === 'Allow' && its === 'Allow';
}

/** Every statement of ours that allows the use of a key trusts an account, so that the role's policy is needed, too. */
const byKey = (key: Key, role: Role, request: Request): boolean =>
  decision(role.allowed, request) === 'Allow' &&
  decision(about(key.arn, speakingOf(key.policy, role)), request) === 'Allow';

/** Statements about everybody, the role, or its account. */
const speakingOf = (statements: readonly Spoken[], { arn, account }: Role): Spoken[] =>
  statements.filter(
    ({ Principal }) =>
      Principal === '*' ||
      principals(Principal, 'AWS').some((one) =>
        ['*', arn, `arn:aws:iam::${account}:root`].includes(one),
      ),
  );

/** In the policy of a key, `*` is that key; who may assume a role is said without a resource. */
const about = (resource: string, statements: readonly Spoken[]): Spoken[] =>
  statements.map((statement) => ({ ...statement, Resource: resource }));

function principals(principal: unknown, kind: Caller['kind']): string[] {
  if (typeof principal !== 'object' || principal === null) return [];
  const named: unknown = Object.entries(principal).find(([name]) => name === kind)?.[1];
  return list(named).filter((one) => typeof one === 'string');
}
