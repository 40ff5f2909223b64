import {
  GetObjectLegalHoldCommand,
  ObjectLockLegalHoldStatus,
  PutObjectLegalHoldCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { LockUnsupportedError, ObjectNotFoundError } from '../errors.ts';
import { checkKey } from '../object-key.ts';
import type { Holds } from '../store.ts';
import { answerOf, explain } from './errors.ts';
import type { S3Location } from './location.ts';
import { hiddenObject } from './versions.ts';

/** The legal holds of S3. They are on a version: of a hidden object, on the one that is left. */
export class S3Holds implements Holds {
  readonly #client: S3Client;
  readonly #location: S3Location;

  constructor(client: S3Client, location: S3Location) {
    this.#client = client;
    this.#location = location;
  }

  async place(key: string): Promise<void> {
    await this.#set(key, ObjectLockLegalHoldStatus.ON);
  }

  async release(key: string): Promise<void> {
    try {
      await this.#set(key, ObjectLockLegalHoldStatus.OFF);
    } catch (error) {
      // It has been removed, or was never there: nothing is held.
      if (!(error instanceof ObjectNotFoundError)) throw error;
    }
  }

  async isHeld(key: string): Promise<boolean> {
    try {
      const { LegalHold } = await this.#onVersion(key, 'look at the hold of', (target) =>
        this.#client.send(new GetObjectLegalHoldCommand(target)),
      );
      return LegalHold?.Status === ObjectLockLegalHoldStatus.ON;
    } catch (error) {
      if (error instanceof ObjectNotFoundError || error instanceof LockUnsupportedError)
        return false;
      if (error instanceof Error && answerOf(error.cause).name === NEVER_LOCKED) return false;
      throw error;
    }
  }

  #set(key: string, Status: ObjectLockLegalHoldStatus): Promise<unknown> {
    const what = Status === ObjectLockLegalHoldStatus.ON ? 'hold' : 'release';
    return this.#onVersion(key, what, (target) =>
      this.#client.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status } })),
    );
  }

  /** Asks for the object as it is; behind a delete marker, for the version that is left. */
  async #onVersion<T>(
    key: string,
    what: string,
    send: (target: { Bucket: string; Key: string; VersionId?: string }) => Promise<T>,
  ): Promise<T> {
    checkKey(key);
    const target = { Bucket: this.#location.bucket, Key: this.#location.prefix + key };
    try {
      return await send(target);
    } catch (error) {
      if (!isHidden(error)) throw explain(this.#location, `${what} ${key}`, error);
    }
    const found = await hiddenObject(this.#client, this.#location, key);
    if (found?.hiddenVersion === undefined) {
      throw new ObjectNotFoundError(
        `there is no ${key} in ${this.#location.url}, nor a version of it`,
      );
    }
    try {
      return await send({ ...target, VersionId: found.hiddenVersion });
    } catch (error) {
      throw explain(this.#location, `${what} ${key}`, error);
    }
  }
}

/** The answer about a version that has neither a lock nor a hold. */
const NEVER_LOCKED = 'NoSuchObjectLockConfiguration';

/** A delete marker takes no such requests (405); servers other than Amazon's answer as if there were nothing (404). */
function isHidden(error: unknown): boolean {
  const { name, status } = answerOf(error);
  return name === 'MethodNotAllowed' || name === 'NoSuchKey' || status === 405;
}
