import { restoreServiceAccount } from '../../access/service-accounts.ts';
import { DATA } from '../../catalog/keys.ts';
import { listed, referenced } from '../intrinsics.ts';
import { ofType, type Resource } from '../template.ts';
import { answer, nothing, ofBothCopies, type Question, together } from './answer.ts';
import type { Evidence } from './evidence.ts';

/** In either region something may read the backups of every source to restore them. */
export const restorable: Question = ofBothCopies(({ arn, region }, evidence) =>
  together(
    evidence.compiled.sources.map(({ name }) => {
      const role = restorersOf(evidence, region, name).find((candidate) =>
        readsOf(candidate).some(
          (objects) => objects.startsWith(`${arn}/${DATA}/`) && objects.includes(`/${name}/`),
        ),
      );
      return role
        ? answer([role.whole.place], [])
        : nothing(`nothing in ${region} may read the backups of ${name} to restore them`);
    }),
  ),
);

/** Roles that the pods which restore the source may take in the region, whichever stack has them. */
function restorersOf({ facts }: Evidence, region: string, source: string): Resource[] {
  const here = facts.templates.filter(({ file }) => isOfRegion(file, region));
  const account = restoreServiceAccount(source);
  const associated = ofType(here, 'AWS::EKS::PodIdentityAssociation')
    .filter(({ body }) => body.text('ServiceAccount') === account)
    .flatMap(({ file, body }) => {
      const role = referenced(body.get('RoleArn')?.value);
      return here.filter((resource) => resource.file === file && resource.id === role);
    });
  return [...associated, ...ofType(here, 'AWS::IAM::Role').filter(trusts(account))];
}

/** Whether the role is for a service account by its name in the token, as IAM roles for service accounts are. */
const trusts =
  (account: string) =>
  ({ body }: Resource): boolean =>
    (body.get('AssumeRolePolicyDocument', 'Statement')?.items() ?? []).some((statement) =>
      (statement.get('Condition', 'StringEquals')?.entries() ?? []).some(
        ([key, subjects]) =>
          key.endsWith(':sub') &&
          listed(subjects).some((subject) => subject.endsWith(`:${account}`)),
      ),
    );

/** `shop-production-eu-west-1.template.json`, and `shop-production-eu-west-1-sources-2.template.json` of a large plan. */
const isOfRegion = (file: string, region: string): boolean =>
  new RegExp(`-${region}(-sources-\\d+)?\\.template\\.json$`).test(file);

/** What a role may read, as it is written. */
function readsOf({ body }: Resource): string[] {
  return (body.get('Policies')?.items() ?? [])
    .flatMap((policy) => policy.get('PolicyDocument', 'Statement')?.items() ?? [])
    .filter(
      (statement) =>
        statement.text('Effect') === 'Allow' &&
        listed(statement.get('Action')).includes('s3:GetObject'),
    )
    .flatMap((statement) => listed(statement.get('Resource')));
}
