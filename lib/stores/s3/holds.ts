import {
  GetObjectLegalHoldCommand,
  ObjectLockLegalHoldStatus,
  PutObjectLegalHoldCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { LockUnsupportedError, ObjectNotFoundError } from '../errors.ts';
import type { Holds } from '../store.ts';
import { answerOf } from './errors.ts';
import type { S3Location } from './location.ts';
import { onVersion } from './on-version.ts';

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
      const { LegalHold } = await onVersion(
        this.#client,
        this.#location,
        key,
        'look at the hold of',
        (target) => this.#client.send(new GetObjectLegalHoldCommand(target)),
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
    return onVersion(this.#client, this.#location, key, what, (target) =>
      this.#client.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status } })),
    );
  }
}

/** The answer about a version that has neither a lock nor a hold. */
const NEVER_LOCKED = 'NoSuchObjectLockConfiguration';
