import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { anyKey, type PolicyBucket } from './policies.ts';

/**
 * Answers findings of cdk-nag that are right as they are, next to what they are about: the CDK keeps them with the
 * construct, so whoever checks the stacks finds them. A test checks them and fails for an answer that nobody asks for.
 * @param answers reasons by the name of the finding
 */
export function acknowledge(
  construct: IConstruct,
  answers: Readonly<Record<string, string>>,
): void {
  for (const [id, reason] of Object.entries(answers)) {
    for (const name of new Set([id, id.replace(NIST, HIPAA)])) {
      Validations.of(construct).acknowledge({ id: name, reason });
    }
  }
}

/** Rules of these two packs that have one name ask one question. */
const NIST = /^NIST\.800\.53\.R5-/;
const HIPAA = 'HIPAA.Security-';

export const OWN_POLICY = {
  'NIST.800.53.R5-IAMNoInlinePolicy':
    'the policy is for this role alone: it comes and goes with the role, and nobody can attach it to another one',
};

/** Patterns of keys in one bucket. */
export function keyPatterns(
  { bucketArn }: PolicyBucket,
  keys: readonly string[],
  reason: string,
): Record<string, string> {
  const patterns = keys.filter((key) => key.includes('*'));
  return Object.fromEntries(patterns.map((key) => [wildcard(`${bucketArn}/${key}`), reason]));
}

/** The key of a bucket that a policy asks for by its alias, since its ARN is not known there. */
export function keyByAlias({ region, key }: PolicyBucket): Record<string, string> {
  if (!('alias' in key)) return {};
  return {
    [wildcard(anyKey(region, key.account))]:
      'the ARN of a key in another stack is not known here; conditions allow the one key that has the alias, through S3 and for the one bucket only',
  };
}

/** How cdk-nag calls a resource with a wildcard in a policy. */
const wildcard = (resource: string): string => `AwsSolutions-IAM5[Resource::${resource}]`;
