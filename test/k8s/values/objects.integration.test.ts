import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { full, objects, replication } from '../../../lib/plan/language.ts';
import { until } from '../../support/condition.ts';
import { MC } from '../../support/minio-client.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { fileOf, shop } from './values.ts';

let folder: TempFolder;
let origin: S3Server;
let mirror: S3Server;

beforeAll(async () => {
  [folder, origin, mirror] = await Promise.all([tempFolder('minio'), startS3(), startS3()]);
  await Promise.all([origin.createBucket('uploads'), mirror.createBucket('uploads-mirror')]);
});
afterAll(async () => {
  await Promise.all([origin?.stop(), mirror?.stop()]);
  await folder?.remove();
});

test('MinIO that was told so copies what is written, and keeps what is deleted', async () => {
  const compiled = shop({
    uploads: objects({
      origin: {
        ...{ kind: 'minio', bucket: 'uploads', prefix: 'pictures/' },
        ...{ endpoint: origin.endpoint, credentials: 'uploads-keys' },
      },
      mirror: {
        ...{ bucket: 'uploads-mirror', region: 'us-west-2' },
        ...{ endpoint: mirror.endpoint, credentials: 'mirror-keys' },
      },
      protect: [full({ at: '01:30', keep: '30d' }), replication({ within: '15m', keep: '30d' })],
    }),
  });
  const script = join(folder.path, 'uploads.minio.sh');
  await writeFile(script, fileOf(compiled, 'uploads.minio.sh'));
  await promisify(execFile)('sh', [script], {
    env: {
      PATH: `${dirname(MC)}${delimiter}${process.env.PATH}`,
      MC_CONFIG_DIR: join(folder.path, 'mc'),
      ORIGIN_ACCESS_KEY: origin.accessKeyId,
      ORIGIN_SECRET_KEY: origin.secretAccessKey,
      MIRROR_ACCESS_KEY: mirror.accessKeyId,
      MIRROR_SECRET_KEY: mirror.secretAccessKey,
    },
  });

  const put = (Key: string) =>
    origin.client.send(new PutObjectCommand({ Bucket: 'uploads', Key, Body: Key }));
  await put('other/a');
  await put('pictures/a');
  await put('pictures/b');
  const copies = async () => {
    const listing = new ListObjectVersionsCommand({ Bucket: 'uploads-mirror' });
    const { Versions = [], DeleteMarkers = [] } = await mirror.client.send(listing);
    return {
      kept: Versions.map(({ Key }) => Key).sort(),
      hidden: DeleteMarkers.map(({ Key }) => Key),
    };
  };
  const both = ['pictures/a', 'pictures/b'];
  await until('both are copied', async () => (await copies()).kept.length === both.length, 60_000);

  await origin.client.send(new DeleteObjectCommand({ Bucket: 'uploads', Key: 'pictures/b' }));
  await until('the deletion is known', async () => (await copies()).hidden.length > 0, 60_000);
  expect(await copies()).toEqual({ kept: both, hidden: ['pictures/b'] });
}, 180_000);
