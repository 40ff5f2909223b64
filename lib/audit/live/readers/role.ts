import {
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { canonicalPolicy } from '../policy.ts';
import { listOf, member, type Properties, parsed, textAt } from '../properties.ts';
import { type Expected, fromAnswer, type Look, type Reading } from '../reader.ts';

/** An hour: how long a session lasts unless told otherwise. */
const SESSION_SECONDS = 3600;

export function readRole(look: Look): Reading {
  const { clients, id, properties, all, resource } = look;
  const { iam } = clients;
  // These are resources of their own, and looked at as such.
  const others = new Set(policiesOf(all, resource).map(({ properties: of }) => of.PolicyName));
  return {
    expected: {
      MaxSessionDuration: SESSION_SECONDS,
      Path: '/',
      ...properties,
      AssumeRolePolicyDocument: canonicalPolicy(properties.AssumeRolePolicyDocument),
      Policies: listOf(properties.Policies).map((policy) => ({
        PolicyName: member(policy, 'PolicyName'),
        PolicyDocument: canonicalPolicy(member(policy, 'PolicyDocument')),
      })),
    },
    skipped: ['RoleName', 'Tags'],
    found: {
      ...fromAnswer(
        async () => described(iam, id),
        'AssumeRolePolicyDocument',
        'Description',
        'MaxSessionDuration',
        'Path',
        'PermissionsBoundary',
      ),
      Policies: async () => {
        const names = (await policyNames(iam, id)).filter((name) => !others.has(name));
        return Promise.all(
          names.map(async (name) => ({
            PolicyName: name,
            PolicyDocument: await rolePolicy(iam, id, name),
          })),
        );
      },
      ManagedPolicyArns: async () => {
        const arns: string[] = [];
        for await (const page of paginateListAttachedRolePolicies(
          { client: iam },
          { RoleName: id },
        ))
          for (const { PolicyArn } of page.AttachedPolicies ?? [])
            if (PolicyArn) arns.push(PolicyArn);
        return arns;
      },
    },
  };
}

async function described(iam: IAMClient, RoleName: string): Promise<Properties> {
  const { Role: role } = await iam.send(new GetRoleCommand({ RoleName }));
  return {
    AssumeRolePolicyDocument: decoded(role?.AssumeRolePolicyDocument),
    Description: role?.Description,
    MaxSessionDuration: role?.MaxSessionDuration ?? SESSION_SECONDS,
    Path: role?.Path,
    PermissionsBoundary: role?.PermissionsBoundary?.PermissionsBoundaryArn,
  };
}

/** Inline policies that are resources of their own, of a role. */
const policiesOf = (all: readonly Expected[], { physicalId, stack }: Expected): Expected[] =>
  all.filter(
    (other) =>
      other.type === 'AWS::IAM::Policy' &&
      other.stack === stack &&
      listOf(other.properties.Roles).includes(physicalId),
  );

/** In every role that it is of; where one has it otherwise, that one is shown. */
export function readPolicy({ clients: { iam }, properties }: Look): Reading {
  const name = textAt(properties, 'PolicyName') ?? '';
  const roles = listOf(properties.Roles).filter((role) => typeof role === 'string');
  return {
    expected: { ...properties, PolicyDocument: canonicalPolicy(properties.PolicyDocument) },
    skipped: ['PolicyName', 'Roles'],
    found: Object.fromEntries(
      roles.map((role, index) => [
        index === 0 ? 'PolicyDocument' : `PolicyDocument of ${role}`,
        () => rolePolicy(iam, role, name),
      ]),
    ),
  };
}

async function policyNames(iam: IAMClient, RoleName: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListRolePolicies({ client: iam }, { RoleName }))
    names.push(...(page.PolicyNames ?? []));
  return names;
}

async function rolePolicy(iam: IAMClient, RoleName: string, PolicyName: string): Promise<unknown> {
  const answer = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  return decoded(answer.PolicyDocument);
}

/** IAM encodes documents as parts of a URL. */
const decoded = (document: string | undefined): unknown =>
  canonicalPolicy(parsed(document && decodeURIComponent(document)));
