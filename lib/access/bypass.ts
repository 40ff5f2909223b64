import * as iam from 'aws-cdk-lib/aws-iam';
import type { CompiledPlan } from '../plan/compiled.ts';
import { roleArn } from './role-names.ts';

/** ARNs of the roles that may go around a lock in governance mode: of people who break the glass, where the plan says so. */
export const bypassers = ({ breakGlass, ...compiled }: CompiledPlan): string[] =>
  breakGlass?.bypassGovernance
    ? Object.values(compiled.regions)
        .map((region) => roleArn(compiled, region, 'break-glass'))
        .sort()
    : [];

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
