import { roleArn } from '../../access/role-names.ts';
import { accountOf, isCrossAccount } from '../../plan/account.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import { type Breach, everyRow, lackIn } from '../breach.ts';
import { listed } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import type { BucketFacts } from '../read/bucket.ts';

/** S3 copies to a bucket of another account only what that bucket's policy takes. */
export function checkTakesCopies(to: BucketFacts, compiled: CompiledPlan): Breach[] {
  if (!isCrossAccount(compiled)) return [];
  const account = accountOf(compiled, 'primary');
  const role = roleArn(compiled, compiled.regions.primary, 'replication');
  if (to.statements.some((statement) => takes(statement, account, role))) return [];
  const { whole } = to.policy ?? to.resource;
  return [
    {
      place: whole.place,
      message: `${to.name} takes no copies from account ${account}; the plan needs every object in it`,
      remedy: `allow s3:ReplicateObject on all of its objects to ${role}, as the principal arn:aws:iam::${account}:root under the condition ArnLike aws:PrincipalArn`,
      lacks: lackIn(whole, '"s3:ReplicateObject"'),
      breaks: everyRow,
    },
  ];
}

const takes = (statement: Located, account: string, role: string): boolean =>
  statement.text('Effect') === 'Allow' &&
  listed(statement.get('Action')).includes('s3:ReplicateObject') &&
  listed(statement.get('Resource')).some((objects) => objects.endsWith('/*')) &&
  listed(statement.get('Principal', 'AWS')).some((one) => one.endsWith(`::${account}:root`)) &&
  listed(statement.get('Condition', 'ArnLike', 'aws:PrincipalArn')).includes(role);
