import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { BufferPool, MIB } from '../../../../lib/stores/parts.ts';
import { createClient } from '../../../../lib/stores/s3/client.ts';
import { parseLocation } from '../../../../lib/stores/s3/location.ts';
import { ObjectWrite } from '../../../../lib/stores/s3/write.ts';
import { Slots } from '../../../../lib/stores/slots.ts';
import { type S3Server, startS3 } from '../../../support/s3-server.ts';
import { content, stream } from '../content.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3();
  await server.createBucket('backups');
});
afterAll(() => server.stop());

test('more parts than S3 stores are refused with a remedy, and the upload is given up', async () => {
  const location = parseLocation(new URL(server.url('backups')));
  const client = createClient(location, { credentials: server });
  const options = { pool: new BufferPool(5 * MIB, 2), slots: new Slots(2), signal: undefined };

  const fits = new ObjectWrite(client, location, 'fits', { maxParts: 3 });
  expect((await fits.run(stream(content(15 * MIB)), options)).parts).toHaveLength(3);

  const large = new ObjectWrite(client, location, 'large', { maxParts: 3 });
  await expect(large.run(stream(content(15 * MIB + 1)), options)).rejects.toThrow(
    /large is larger than 3 parts of 5242880 bytes.*raise partSize/,
  );
  const left = new ListMultipartUploadsCommand({ Bucket: 'backups', Prefix: 'large' });
  expect((await server.client.send(left)).Uploads ?? []).toEqual([]);
  client.destroy();
});
