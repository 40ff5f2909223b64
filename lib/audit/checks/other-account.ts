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
  const about = to.statements.filter((statement) =>
    listed(statement.get('Action')).includes('s3:ReplicateObject'),
  );
  const flaws = about.map((statement) => flawOf(statement, account, role));
  if (flaws.includes(undefined)) return [];
  const { whole } = to.policy ?? to.resource;
  const [at = whole] = flaws.filter((flaw) => flaw !== undefined);
  return [
    {
      place: at.place,
      message: `${to.name} takes no copies from account ${account}; the plan needs every object in it`,
      remedy: `allow s3:ReplicateObject on all of its objects to ${role}, as the principal arn:aws:iam::${account}:root under the condition ArnLike aws:PrincipalArn`,
      lacks: lackIn(at, about.length > 0 ? '' : '"s3:ReplicateObject"'),
      breaks: everyRow,
    },
  ];
}

/** The part of a statement because of which it does not let the role copy; undefined where it does. */
function flawOf(statement: Located, account: string, role: string): Located | undefined {
  const roles = statement.get('Condition', 'ArnLike', 'aws:PrincipalArn');
  const wrong: readonly (readonly [boolean, Located | undefined])[] = [
    [statement.text('Effect') !== 'Allow', statement.get('Effect')],
    [none(statement.get('Resource'), (one) => one.endsWith('/*')), statement.get('Resource')],
    [
      none(statement.get('Principal', 'AWS'), (one) => one.endsWith(`::${account}:root`)),
      statement.get('Principal'),
    ],
    [none(roles, (one) => one === role), roles?.items()[0] ?? roles],
  ];
  const [flaw] = wrong.filter(([is]) => is);
  return flaw && (flaw[1] ?? statement);
}

const none = (at: Located | undefined, fits: (text: string) => boolean): boolean =>
  !listed(at).some(fits);
