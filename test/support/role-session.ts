import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Statement } from '../lib/stacks/policy.ts';
import type { S3Server } from './s3-server.ts';

const IF_EXISTS = 'StringLikeIfExists';

/**
 * Credentials on a test server that may do what a synthesised role may do in S3, enforced by that server. What it does not
 * know is said otherwise: `…IfExists` becomes two statements. Use of KMS keys is left out, as the server has none.
 * @returns variables for a child process
 * @throws on a condition that cannot be said to the server
 */
export async function roleSession(
  { endpoint, region, accessKeyId, secretAccessKey }: S3Server,
  statements: readonly Statement[],
): Promise<Record<string, string>> {
  const client = new STSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const policy = { Version: '2012-10-17', Statement: statements.flatMap(forServer) };
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::111111111111:role/any',
        RoleSessionName: 'exercise',
        Policy: JSON.stringify(policy),
      }),
    );
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken) {
      throw new Error('the server gave no credentials');
    }
    return {
      AWS_ACCESS_KEY_ID: given.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: given.SecretAccessKey,
      AWS_SESSION_TOKEN: given.SessionToken,
    };
  } finally {
    client.destroy();
  }
}

function forServer({ Effect, Action, Resource, Condition = {} }: Statement): object[] {
  const actions = [Action].flat().filter((action) => action.startsWith('s3:'));
  if (actions.length === 0) return [];
  const { [IF_EXISTS]: ifExists, ...others } = Condition;
  if (Object.keys(others).length > 0) {
    throw new Error(`the server knows no condition ${Object.keys(others)}`);
  }
  const said = (condition?: object) => ({
    Effect,
    Action: actions,
    Resource,
    ...(condition && { Condition: condition }),
  });
  if (ifExists === undefined) return [said()];
  const absent = Object.fromEntries(Object.keys(ifExists).map((key) => [key, 'true']));
  return [said({ StringLike: ifExists }), said({ Null: absent })];
}
