import { DescribeKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { type FailureKind, failureOf } from '../audit/live/failure.ts';

/** A key that a stack left is needed and is not there. */
class KeyNotFoundError extends Error {
  override readonly name = 'KeyNotFoundError';
}

/** KMS did not tell which key an alias stands for. */
class KeyUnknownError extends Error {
  override readonly name = 'KeyUnknownError';
}

interface Where {
  readonly account: string;
  readonly region: string;
  readonly profile: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The key that an alias stands for.
 * @throws KeyNotFoundError, or KeyUnknownError where KMS cannot be asked
 */
export async function keyIdOf(kms: KMSClient, alias: string, where: Where): Promise<string> {
  const { account, region, signal } = where;
  const command = new DescribeKeyCommand({ KeyId: alias });
  const found = await kms.send(command, { abortSignal: signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    if (failureOf(cause).kind !== 'absent') throw unknownKey(alias, where, cause);
  });
  if (found?.KeyMetadata?.KeyId !== undefined) return found.KeyMetadata.KeyId;
  throw new KeyNotFoundError(
    `no key in ${region} has the alias ${alias}, so what was encrypted with it cannot be read; check that the credentials are of account ${account}, give the alias back to its key, or deploy without adopting if nothing is left there`,
  );
}

const SIGN_IN =
  'sign in, name a profile with --profile, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

function unknownKey(alias: string, { account, region, profile }: Where, cause: unknown): Error {
  const { kind, reason } = failureOf(cause);
  const of = profile === undefined ? 'no credentials' : `profile ${profile} has no credentials`;
  const what = kind === 'credentials' ? `${of} that AWS takes (${reason})` : reason;
  const remedies: Partial<Record<FailureKind, string>> = {
    credentials: SIGN_IN,
    denied: 'allow kms:DescribeKey',
    unreachable: 'check the network and the region',
  };
  return new KeyUnknownError(
    `cannot look up the key of ${alias} in ${region} of account ${account}: ${what}; ${remedies[kind] ?? 'try later'}`,
    { cause },
  );
}
