import { restoreServiceAccount } from '../../access/service-accounts.ts';
import { DATA } from '../../catalog/keys.ts';
import { listed, referenced } from '../intrinsics.ts';
import { ofType, type Resource } from '../template.ts';
import { answer, nothing, ofBothCopies, type Question, together } from './answer.ts';
import type { Evidence } from './evidence.ts';

/** In either region something may read the backups of every source to restore them. */
export const restorable: Question = ofBothCopies(({ arn, region, bucket }, evidence) =>
  together(
    evidence.compiled.sources.map(({ name }) => {
      const role = restorersOf(evidence, bucket.resource, name).find((candidate) =>
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

/** Roles that the pods which restore the source may take in the region of the bucket. */
function restorersOf({ facts }: Evidence, { file }: Resource, source: string): Resource[] {
  const here = facts.templates.filter((resource) => resource.file === file);
  const roles = ofType(here, 'AWS::EKS::PodIdentityAssociation')
    .filter(({ body }) => body.text('ServiceAccount') === restoreServiceAccount(source))
    .map(({ body }) => referenced(body.get('RoleArn')?.value));
  return here.filter(({ id }) => roles.includes(id));
}

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
