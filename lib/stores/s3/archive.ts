import {
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  RestoreObjectCommand,
  type S3Client,
  Tier,
} from '@aws-sdk/client-s3';
import { ObjectNotFoundError, StoreError } from '../errors.ts';
import type { Archive, ArchiveState, ThawOptions } from '../store.ts';
import { answerOf } from './errors.ts';
import { ARCHIVES } from './info.ts';
import type { S3Location } from './location.ts';
import { onVersion } from './on-version.ts';

const TIER = { standard: Tier.Standard, bulk: Tier.Bulk } as const;

/** Glacier Flexible Retrieval and Glacier Deep Archive. Of a hidden object it is the version that is left. */
export class S3Archive implements Archive {
  readonly #client: S3Client;
  readonly #location: S3Location;

  constructor(client: S3Client, location: S3Location) {
    this.#client = client;
    this.#location = location;
  }

  async stateOf(key: string): Promise<ArchiveState | undefined> {
    try {
      const found = await onVersion(this.#client, this.#location, key, 'look at', (target) =>
        this.#client.send(new HeadObjectCommand(target)),
      );
      return stateIn(key, found);
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      throw error;
    }
  }

  async thaw(key: string, { speed, days }: ThawOptions): Promise<void> {
    await onVersion(this.#client, this.#location, key, 'thaw', async (target) => {
      const state = stateIn(key, await this.#client.send(new HeadObjectCommand(target)));
      if (state === undefined || state.state === 'thawing') return;
      // A copy that is there is only kept longer: nothing is retrieved again.
      const retrieval =
        state.state === 'thawed' ? {} : { GlacierJobParameters: { Tier: TIER[speed] } };
      const RestoreRequest = { Days: days, ...retrieval };
      await this.#client
        .send(new RestoreObjectCommand({ ...target, RestoreRequest }))
        .catch((error: unknown) => {
          // Somebody else asked in the meantime.
          if (answerOf(error).name !== 'RestoreAlreadyInProgress') throw error;
        });
    });
  }
}

/** `ongoing-request="false", expiry-date="Fri, 27 Nov 2026 00:00:00 GMT"`; absent where nothing was asked for. */
const RESTORE = /^ongoing-request="(true|false)"(?:, expiry-date="([^"]+)")?$/;

function stateIn(key: string, found: HeadObjectCommandOutput): ArchiveState | undefined {
  const { StorageClass: storageClass, ContentLength: size = 0, Restore } = found;
  if (storageClass === undefined || !ARCHIVES.includes(storageClass)) return undefined;
  const archived = { key, size, storageClass };
  if (Restore === undefined) return { ...archived, state: 'archived' };
  const [, ongoing, expiry] = RESTORE.exec(Restore) ?? [];
  if (ongoing === 'true') return { ...archived, state: 'thawing' };
  const until = expiry === undefined ? undefined : new Date(expiry);
  if (ongoing === undefined || until === undefined || Number.isNaN(until.getTime())) {
    throw new StoreError(`the store says of the thaw of ${key} what is not known: ${Restore}`);
  }
  return { ...archived, state: 'thawed', until };
}
