import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client, type StorageClass } from '@aws-sdk/client-s3';

/** Puts files of a folder into a bucket under their paths, each in a storage class. */
export async function upload(
  client: S3Client,
  bucket: string,
  folder: string,
  paths: readonly string[],
  storageClassOf: (path: string) => StorageClass,
): Promise<void> {
  for (const path of paths) {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: path,
        Body: await readFile(join(folder, path)),
        StorageClass: storageClassOf(path),
      }),
    );
  }
}
