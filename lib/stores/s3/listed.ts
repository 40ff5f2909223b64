import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/** S3 refuses requests whose clock is further from its own. */
const CLOCKS_DIFFER_MS = 15 * 60_000;

interface Sent {
  /** Bytes. */
  readonly size: number;
  /** When the write began, in milliseconds since 1970. */
  readonly since: number;
}

/**
 * Whether a list shows an object as large as what was sent, and no older than the write. It is what is left to ask for whoever may
 * write an object and not read it: less than its metadata would tell, and enough for keys that nobody else knows yet.
 */
export async function isListed(
  client: S3Client,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
  { size, since }: Sent,
  options: { readonly abortSignal?: AbortSignal },
): Promise<boolean> {
  const command = new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 });
  const { Contents: [found] = [] } = await client.send(command, options);
  return (
    found?.Key === Key &&
    found.Size === size &&
    found.LastModified !== undefined &&
    found.LastModified.getTime() > since - CLOCKS_DIFFER_MS
  );
}
