import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { listOf, member } from '../../../lib/audit/live/properties.ts';
import { type Creator, nameOf } from './creator.ts';

export const createRole: Creator = async (resource) => {
  const { clients, properties: of } = resource;
  const RoleName = nameOf(resource, 'RoleName', 64);
  await clients.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify(of.AssumeRolePolicyDocument),
      ...(typeof of.Description === 'string' && { Description: of.Description }),
      ...(typeof of.MaxSessionDuration === 'number' && {
        MaxSessionDuration: of.MaxSessionDuration,
      }),
    }),
  );
  for (const policy of listOf(of.Policies)) {
    await clients.iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: String(member(policy, 'PolicyName')),
        PolicyDocument: JSON.stringify(member(policy, 'PolicyDocument')),
      }),
    );
  }
  for (const arn of listOf(of.ManagedPolicyArns)) {
    await clients.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: String(arn) }));
  }
  return RoleName;
};

export const createPolicy: Creator = async ({ clients, properties, logicalId }) => {
  const PolicyName = String(properties.PolicyName);
  const PolicyDocument = JSON.stringify(properties.PolicyDocument);
  for (const role of listOf(properties.Roles)) {
    await clients.iam.send(
      new PutRolePolicyCommand({ RoleName: String(role), PolicyName, PolicyDocument }),
    );
  }
  return `${logicalId}-1`;
};

export const createPodIdentity: Creator = async ({ properties: of, answer, where }) => {
  const associationId = `a-${of.Namespace}-${of.ServiceAccount}`;
  const path = `/clusters/${of.ClusterName}/pod-identity-associations`;
  answer('eks', `${path}?namespace=${of.Namespace}&serviceAccount=${of.ServiceAccount}`, {
    associations: [{ associationId }],
  });
  answer('eks', `${path}/${associationId}`, {
    association: { associationId, roleArn: of.RoleArn },
  });
  return `arn:aws:eks:${where.region}:${where.account}:podidentityassociation/${of.ClusterName}/${associationId}`;
};
