import { createHash } from 'node:crypto';
import { CreateJobCommand, type S3ControlClient } from '@aws-sdk/client-s3-control';
import { z } from 'zod';
import { DamagedError, NewerFormatError } from '../../lib/catalog/errors.ts';
import { dataPrefix, manifestKey } from '../../lib/catalog/keys.ts';
import type { Manifest } from '../../lib/catalog/manifest.ts';
import { readManifest } from '../../lib/catalog/reader.ts';
import type { VerifyRun } from '../../lib/catalog/run-record.ts';
import { forEach, readJson, readSmall } from '../../lib/catalog/small-objects.ts';
import { ObjectNotFoundError } from '../../lib/stores/errors.ts';
import { seeingHidden } from '../../lib/stores/hidden.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import {
  archivedBackupsKey,
  archivedKey,
  type RunReference,
  reportPrefix,
  writeOnce,
} from '../shared/work.ts';

export interface ArchiveDeps {
  readonly client: Pick<S3ControlClient, 'send'>;
  readonly account: string;
  /** Of the backups. */
  readonly bucket: string;
  /** Where lists and reports are. */
  readonly workBucket: string;
  /** ARN of the role that S3 computes as. */
  readonly role: string;
}

interface Stores {
  readonly store: ObjectStore;
  readonly work: ObjectStore;
}

const ASKED_FORMAT = 1;
const askedSchema = z.strictObject({
  format: z.literal(ASKED_FORMAT),
  backups: z.array(z.strictObject({ id: z.string(), class: z.string() })),
});

type Skipped = NonNullable<VerifyRun['skipped']>;

/**
 * Has S3 compute the SHA-256 of every archived object where it lies: nothing is thawed and nothing is read by us. S3 writes a
 * report within hours or days. Asked again for the same run, S3 knows that it was asked.
 * @returns why some of them were not asked about
 */
export async function askForDigests(
  run: RunReference,
  skipped: Skipped,
  { store, work, archive }: Stores & { readonly archive: ArchiveDeps },
): Promise<readonly string[]> {
  if (skipped.length === 0) return [];
  const { account, bucket, workBucket, role, client } = archive;
  const { manifests, errors } = await readManifests(run.source, skipped, store);
  if (manifests.length === 0) return errors;
  const lines = manifests.flatMap((manifest) =>
    objectsOf(manifest).map(({ key }) => `${bucket},${key}\n`),
  );
  const backups = skipped.map(({ id, class: name }) => ({ id, class: name }));
  await writeOnce(work, archivedBackupsKey(run), JSON.stringify({ format: ASKED_FORMAT, backups }));
  await writeOnce(work, archivedKey(run), lines.join(''));
  await client.send(
    new CreateJobCommand({
      AccountId: account,
      ClientRequestToken: createHash('sha256').update(archivedKey(run)).digest('hex'),
      Description: `verification ${run.id} of ${run.source}`,
      ConfirmationRequired: false,
      Priority: 10,
      RoleArn: role,
      Operation: {
        S3ComputeObjectChecksum: { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' },
      },
      Manifest: {
        Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] },
        Location: {
          ObjectArn: `arn:aws:s3:::${workBucket}/${archivedKey(run)}`,
          ETag: await etagOf(work, archivedKey(run)),
        },
      },
      Report: {
        Enabled: true,
        Bucket: `arn:aws:s3:::${workBucket}`,
        Prefix: reportPrefix(run),
        Format: 'Report_CSV_20180820',
        ReportScope: 'AllTasks',
      },
    }),
  );
  return errors;
}

interface Described {
  readonly manifests: readonly Manifest[];
  /** What is wrong with others: one that has expired, or was altered, does not keep the rest from being verified. */
  readonly errors: readonly string[];
}

/** The archived backups that a run asked about. */
export async function askedManifests(
  run: RunReference,
  { store, work }: Stores,
): Promise<Described> {
  const { backups } = await readJson(work, archivedBackupsKey(run), askedSchema, ASKED_FORMAT);
  return readManifests(run.source, backups, store);
}

async function readManifests(
  source: string,
  backups: readonly { readonly id: string; readonly class: string }[],
  store: ObjectStore,
): Promise<Described> {
  const errors: string[] = [];
  const found = await forEach(backups, async ({ id, class: name }) => {
    try {
      return await readManifest(seeingHidden(store), manifestKey(name, source, id));
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError || isUnreadable(error))) throw error;
      errors.push(error.message);
      return undefined;
    }
  });
  return { manifests: found.filter((manifest) => manifest !== undefined), errors };
}

const isUnreadable = (error: unknown): error is DamagedError | NewerFormatError =>
  error instanceof DamagedError || error instanceof NewerFormatError;

/** Keys and digests of a backup's data. */
export const objectsOf = (manifest: Manifest): { key: string; sha256: string }[] =>
  manifest.files.flatMap(({ objects }) =>
    objects.map(({ name, sha256 }) => ({
      key: `${dataPrefix(manifest.class, manifest.source, manifest.id)}${name}`,
      sha256,
    })),
  );

/** The work bucket encrypts with keys of S3 and the list is one part, so that its ETag is its MD5. */
async function etagOf(work: ObjectStore, key: string): Promise<string> {
  return createHash('md5')
    .update(await readSmall(work, key))
    .digest('hex');
}
