import { z } from 'zod';
import type { decision } from '../stacks/policy.ts';
import type { Deployed } from './deployed.ts';

/** What has a policy: roles, buckets and keys, as far as their policies decide. */

type Statement = Parameters<typeof decision>[0][number];
export type Spoken = Statement & { readonly Principal?: unknown };

const statementsSchema = z.object({ Statement: z.array(z.custom<Spoken>()) });

const roleSchema = z.object({
  AssumeRolePolicyDocument: statementsSchema,
  Policies: z.array(z.object({ PolicyDocument: statementsSchema })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
});
const attachedSchema = z.object({ Roles: z.array(z.string()), PolicyDocument: statementsSchema });
const keySchema = z.object({ KeyPolicy: statementsSchema });
const aliasSchema = z.object({ AliasName: z.string(), TargetKeyId: z.string() });
const bucketPolicySchema = z.object({ Bucket: z.string(), PolicyDocument: statementsSchema });
const bucketSchema = z.object({
  BucketEncryption: z.object({
    ServerSideEncryptionConfiguration: z.tuple([
      z.object({
        ServerSideEncryptionByDefault: z.object({ KMSMasterKeyID: z.string().optional() }),
      }),
    ]),
  }),
});

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly trust: readonly Spoken[];
  /** Its own policies and those attached to it; policies of AWS are not in the templates. */
  readonly allowed: readonly Statement[];
  readonly managed: readonly string[];
}

export interface Key {
  readonly arn: string;
  readonly account: string;
  readonly alias: string | undefined;
  readonly policy: readonly Spoken[];
}

export interface Bucket {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly policy: readonly Spoken[];
  /** ARN; undefined where S3 encrypts with a key of its own. */
  readonly key: string | undefined;
}

const of = (resources: readonly Deployed[], type: string): Deployed[] =>
  resources.filter((resource) => resource.type === type);

export function rolesIn(resources: readonly Deployed[]): Role[] {
  const attached = of(resources, 'AWS::IAM::Policy').map(({ properties }) =>
    attachedSchema.parse(properties),
  );
  return of(resources, 'AWS::IAM::Role').map(({ ref: name, arn, account, properties }) => {
    const role = roleSchema.parse(properties);
    const policies = [...role.Policies, ...attached.filter(({ Roles }) => Roles.includes(name))];
    return {
      name,
      arn,
      account,
      trust: role.AssumeRolePolicyDocument.Statement,
      allowed: policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
      managed: role.ManagedPolicyArns,
    };
  });
}

export function keysIn(resources: readonly Deployed[]): Key[] {
  const aliases = of(resources, 'AWS::KMS::Alias').map(({ properties }) =>
    aliasSchema.parse(properties),
  );
  return of(resources, 'AWS::KMS::Key').map(({ arn, account, properties }) => ({
    arn,
    account,
    alias: aliases.find(({ TargetKeyId }) => TargetKeyId === arn)?.AliasName,
    policy: keySchema.parse(properties).KeyPolicy.Statement,
  }));
}

export function bucketsIn(resources: readonly Deployed[]): Bucket[] {
  const policies = of(resources, 'AWS::S3::BucketPolicy').map(({ properties }) =>
    bucketPolicySchema.parse(properties),
  );
  return of(resources, 'AWS::S3::Bucket').map(({ ref, arn, account, region, properties }) => {
    const [rule] =
      bucketSchema.parse(properties).BucketEncryption.ServerSideEncryptionConfiguration;
    return {
      arn,
      account,
      region,
      policy: policies
        .filter(({ Bucket: of }) => of === ref)
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
      key: rule.ServerSideEncryptionByDefault.KMSMasterKeyID,
    };
  });
}
