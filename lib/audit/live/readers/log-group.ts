import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { fromAnswer, type Look, type Reading, ResourceAbsentError } from '../reader.ts';

export function readLogGroup({ clients: { logs }, id }: Look): Reading {
  return {
    skipped: ['LogGroupName', 'Tags'],
    found: fromAnswer(
      async () => {
        const asked = new DescribeLogGroupsCommand({ logGroupNamePrefix: id });
        const found = (await logs.send(asked)).logGroups?.find(
          ({ logGroupName }) => logGroupName === id,
        );
        if (!found) throw new ResourceAbsentError(`there is no log group ${id}`);
        return { RetentionInDays: found.retentionInDays, KmsKeyId: found.kmsKeyId };
      },
      'RetentionInDays',
      'KmsKeyId',
    ),
  };
}
