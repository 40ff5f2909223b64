import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { textAt } from '../properties.ts';
import { fromAnswer, type Look, type Reading, ResourceAbsentError } from '../reader.ts';

/** Told by cluster, namespace and service account, of which there is one association at most. */
export function readPodIdentity({ clients: { eks }, properties }: Look): Reading {
  const clusterName = textAt(properties, 'ClusterName') ?? '';
  const namespace = textAt(properties, 'Namespace') ?? '';
  const serviceAccount = textAt(properties, 'ServiceAccount') ?? '';
  return {
    skipped: ['ClusterName', 'Namespace', 'ServiceAccount', 'Tags'],
    found: fromAnswer(
      async () => {
        const { associations = [] } = await eks.send(
          new ListPodIdentityAssociationsCommand({ clusterName, namespace, serviceAccount }),
        );
        const associationId = associations[0]?.associationId;
        if (associationId === undefined) {
          throw new ResourceAbsentError(
            `service account ${namespace}/${serviceAccount} of cluster ${clusterName} has no role`,
          );
        }
        const { association } = await eks.send(
          new DescribePodIdentityAssociationCommand({ clusterName, associationId }),
        );
        return { RoleArn: association?.roleArn, TargetRoleArn: association?.targetRoleArn };
      },
      'RoleArn',
      'TargetRoleArn',
    ),
  };
}
