import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ObjectArchivedError } from '../../../../lib/stores/errors.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { type MotoServer, startMoto } from '../../../support/moto.ts';

const BUCKET = 'archive';
let moto: MotoServer;
let client: S3Client;
let store: ObjectStore;

beforeAll(async () => {
  moto = await startMoto();
  const { endpoint, region, credentials } = moto;
  client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const place = { LocationConstraint: 'eu-central-1' } as const;
  await client.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: place }));
  store = await openStore(moto.url(BUCKET), { credentials });
}, 70_000);

afterAll(async () => {
  await store?.close();
  client?.destroy();
  await moto?.stop();
});

test.each(['GLACIER', 'DEEP_ARCHIVE'] as const)(
  'an object in %s is refused as archived',
  async (storageClass) => {
    const Key = `data/1y/x/${storageClass}`;
    await client.send(
      new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'cold', StorageClass: storageClass }),
    );
    await expect(store.get(Key)).rejects.toThrow(ObjectArchivedError);
  },
);
