import * as iam from 'aws-cdk-lib/aws-iam';
import { accountOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { Side } from '../storage/location.ts';
import { roleArn } from './role-names.ts';

/**
 * ARNs of the roles that may go around a lock in governance mode: of people who break the glass, where the plan says so, and of
 * the account that the bucket is in. Whoever took the other account is not to be let through by the name of a role.
 */
export const bypassers = (compiled: CompiledPlan, side: Side): string[] =>
  compiled.breakGlass?.bypassGovernance
    ? sidesIn(compiled, accountOf(compiled, side))
        .map((one) => roleArn(compiled, compiled.regions[one], 'break-glass'))
        .sort()
    : [];

/** What is in one account: one of the copies, or both. */
export const sidesIn = (compiled: CompiledPlan, account: string): Side[] =>
  (['primary', 'replica'] as const).filter((side) => accountOf(compiled, side) === account);

/**
 * Nobody goes around a lock in governance mode, whatever their role allows: an administrator's allows everything.
 * Whoever takes this statement away first is heard.
 * @param objects ARN of the objects of the bucket
 * @param except ARNs of roles
 */
export const denyBypass = (objects: string, except: readonly string[]): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'DenyBypass',
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['s3:BypassGovernanceRetention'],
    resources: [objects],
    ...(except.length > 0 && {
      conditions: { ArnNotLike: { 'aws:PrincipalArn': [...except] } },
    }),
  });
