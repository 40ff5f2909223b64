import type { S3Client } from '@aws-sdk/client-s3';
import { ObjectNotFoundError } from '../errors.ts';
import { checkKey } from '../object-key.ts';
import { answerOf, explain } from './errors.ts';
import type { S3Location } from './location.ts';
import { hiddenObject } from './versions.ts';

interface Target {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/**
 * Asks for an object as it is; behind a delete marker, for the version that is left.
 * @param what the attempted action, such as `hold`
 * @throws ObjectNotFoundError
 */
export async function onVersion<T>(
  client: S3Client,
  location: S3Location,
  key: string,
  what: string,
  send: (target: Target) => Promise<T>,
): Promise<T> {
  checkKey(key);
  const target = { Bucket: location.bucket, Key: location.prefix + key };
  try {
    return await send(target);
  } catch (error) {
    if (!isHidden(error)) throw explain(location, `${what} ${key}`, error);
  }
  const found = await hiddenObject(client, location, key);
  if (found?.hiddenVersion === undefined) {
    throw new ObjectNotFoundError(`there is no ${key} in ${location.url}, nor a version of it`);
  }
  try {
    return await send({ ...target, VersionId: found.hiddenVersion });
  } catch (error) {
    throw explain(location, `${what} ${key}`, error);
  }
}

/**
 * A delete marker takes no such requests (405); servers other than Amazon's answer as if there were nothing (404), and
 * the answer to HEAD never says more.
 */
function isHidden(error: unknown): boolean {
  const { name, status } = answerOf(error);
  return ['MethodNotAllowed', 'NoSuchKey', 'NotFound'].includes(name) || status === 405;
}
