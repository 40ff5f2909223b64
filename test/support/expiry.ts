import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from './s3-server.ts';

type Bucket = Pick<S3Server, 'client'>;

/** What a lifecycle does first when everything has expired: a delete marker on every object below a prefix. */
export async function hideAll({ client }: Bucket, bucket: string, prefix = ''): Promise<string[]> {
  const { Contents = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
  );
  const keys = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  for (const Key of keys) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  return keys;
}

/** What it does a day later: every hidden version goes, but for those that the server refuses to remove. Returns their keys. */
export async function removeHidden({ client }: Bucket, bucket: string): Promise<string[]> {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  const kept: string[] = [];
  for (const { Key, VersionId, IsLatest } of Versions) {
    if (IsLatest || Key === undefined) continue;
    await client
      .send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }))
      .catch((error) => {
        if (!(error instanceof Error && /WORM|lock/i.test(error.message))) throw error;
        kept.push(Key);
      });
  }
  return kept.sort();
}
