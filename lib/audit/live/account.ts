import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Side } from '../../storage/location.ts';
import type { Clients } from './clients.ts';
import { LiveError } from './errors.ts';
import { failureOf } from './failure.ts';

/**
 * In another account everything would be missing, or somebody else's would be compared.
 * @throws LiveError where there are no credentials that AWS takes, or they are of another account
 */
export async function checkAccount(
  { sts }: Clients,
  account: string,
  side: Side,
  region: string,
  profile?: string,
): Promise<void> {
  const option = side === 'replica' ? '--replica-profile' : '--profile';
  const found = await sts.send(new GetCallerIdentityCommand({})).catch((cause) => {
    const { kind, reason } = failureOf(cause);
    const remedy =
      kind === 'unreachable'
        ? 'check the network and the region'
        : `sign in, name a profile with ${option}, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
    const none =
      profile === undefined
        ? 'there are no credentials'
        : `the profile ${profile} has no credentials`;
    const what = kind === 'unreachable' ? 'AWS cannot be asked' : `${none} that AWS takes`;
    throw new LiveError(`${what} for account ${account} in ${region} (${reason}); ${remedy}`, {
      cause,
    });
  });
  if (found.Account === account) return;
  throw new LiveError(
    `the credentials are of account ${found.Account} (${found.Arn}), but the ${side} region is in account ${account}; name a profile of that account with ${option}`,
  );
}
