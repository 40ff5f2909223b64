import {
  type DeleteMarkerEntry,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ListOptions, ObjectInfo } from '../store.ts';
import { explain } from './errors.ts';
import { objectInfo } from './info.ts';
import type { S3Location } from './location.ts';

/**
 * Every object below a prefix, in byte order of the keys: those that are there, and those that a delete marker hides. Of
 * a hidden one it is the oldest version that is left: objects are written once, so a later one is none of ours.
 */
export async function* listVersions(
  client: S3Client,
  location: S3Location,
  prefix: string,
  { startAfter = '' }: Pick<ListOptions, 'startAfter'> = {},
): AsyncGenerator<ObjectInfo> {
  const root = location.prefix;
  const start = startAfter === '' ? {} : { KeyMarker: root + startAfter };
  let hidden = new Set<string>();
  let oldest: ObjectInfo | undefined;
  const input = { Prefix: root + prefix, ...start };
  for await (const page of versionPages(client, location, input)) {
    for (const marker of page.DeleteMarkers ?? []) {
      if (marker.IsLatest) hidden.add(keyOf(marker));
    }
    for (const version of page.Versions ?? []) {
      const key = keyOf(version).slice(root.length);
      if (oldest && oldest.key !== key) {
        yield oldest;
        oldest = undefined;
      }
      if (key <= startAfter) continue;
      const found = objectInfo(key, version.Size, version.LastModified, version.StorageClass);
      if (hidden.has(keyOf(version))) oldest = { ...found, ...hiddenBy(version) };
      else if (version.IsLatest) yield found;
    }
    // The versions of a key follow its marker: only those of the last one can be on the next page.
    hidden = new Set([...hidden].filter((key) => key === page.NextKeyMarker));
  }
  if (oldest) yield oldest;
}

/** The names up to the next `/`, also of folders in which everything is hidden. */
export async function* listVersionedNames(
  client: S3Client,
  location: S3Location,
  prefix: string,
): AsyncGenerator<string> {
  const Prefix = location.prefix + prefix;
  for await (const page of versionPages(client, location, { Prefix, Delimiter: '/' })) {
    for (const found of page.CommonPrefixes ?? []) {
      if (found.Prefix !== undefined) yield found.Prefix.slice(Prefix.length);
    }
  }
}

/** What is left of an object that a delete marker hides; undefined where it is not hidden or nothing is left. */
export async function hiddenObject(
  client: S3Client,
  location: S3Location,
  key: string,
): Promise<ObjectInfo | undefined> {
  for await (const found of listVersions(client, location, key)) {
    // Keys that go on after this one come later.
    return found.key === key && found.hiddenVersion !== undefined ? found : undefined;
  }
  return undefined;
}

async function* versionPages(
  client: S3Client,
  { bucket: Bucket, ...location }: S3Location,
  input: Omit<ListObjectVersionsCommandInput, 'Bucket'>,
): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let next: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> | undefined = {};
  while (next) {
    const command = new ListObjectVersionsCommand({ Bucket, ...input, ...next });
    const page: ListObjectVersionsCommandOutput = await client.send(command).catch((error) => {
      throw explain({ bucket: Bucket, ...location }, `list the versions of ${input.Prefix}`, error);
    });
    yield page;
    const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    next = IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
  }
}

const keyOf = ({ Key = '' }: ObjectVersion | DeleteMarkerEntry): string => Key;

const hiddenBy = ({ VersionId }: ObjectVersion) =>
  VersionId === undefined ? {} : { hiddenVersion: VersionId };
