import { StoreUrlError } from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';

describe('the URL of a store', () => {
  test.each([
    'file:///var/backups',
    's3://backups',
    's3://backups/team/one',
    'gs://team_backups.example.com/one?partSize=16MiB',
    'gs://backups?endpoint=http%3A%2F%2F127.0.0.1%3A4443',
    's3://backups?region=eu-central-1&endpoint=http%3A%2F%2F127.0.0.1%3A9000&partSize=16MiB',
  ])('%s is known', async (url) => {
    const store = await openStore(url);
    expect(store.url).toBe(url);
    await store.close();
  });

  test.each([
    ['az://backups', /no store of the kind "az:"/],
    ['ftp://host/backups', /no store of the kind "ftp:"/],
    ['/var/backups', /is not the URL of a store/],
    ['backups', /is not the URL of a store/],
    ['', /is not the URL of a store/],
  ])('%s is refused with what exists', async (url, reason) => {
    await expect(openStore(url)).rejects.toThrow(reason);
    await expect(openStore(url)).rejects.toThrow(/write s3:\/\/bucket.* or file:\/\/\/absolute/);
    await expect(openStore(url)).rejects.toThrow(StoreUrlError);
  });

  test.each([
    ['file://host/backups', /without a host/],
    ['file:///', /is not the URL of a directory/],
    ['file:///a?region=x', /without a host and parameters/],
    ['s3://', /"" is not the name of a bucket/],
    ['s3://Back_Ups', /is not the name of a bucket/],
    ['s3://backups?regoin=eu-west-1', /unknown parameter "regoin"/],
    ['s3://backups?region=Frankfurt', /"Frankfurt" is not a region/],
    ['s3://backups?endpoint=localhost:9000', /is not an http or https URL/],
    ['s3://backups?partSize=4MiB', /"4MiB" is not 5MiB to 64MiB/],
    ['s3://backups?partSize=8388608', /"8388608" is not 5MiB to 64MiB/],
    ['s3://backups/a//b', /is not an object key/],
    ['s3://backups/a%20b', /is not an object key/],
    ['s3://backups/%zz', /is not an object key/],
    ['gs://', /"" is not the name of a bucket/],
    ['gs://Backups', /"Backups" is not the name of a bucket/],
    ['gs://backups?region=eu', /unknown parameter "region"/],
    ['gs://backups?endpoint=localhost:4443', /is not an http or https URL without a path/],
    ['gs://backups?endpoint=https://host/path', /is not an http or https URL without a path/],
    ['gs://backups?partSize=0MiB', /"0MiB" is not 1MiB to 64MiB/],
    ['gs://backups/a//b', /is not an object key/],
  ])('%s is refused', async (url, reason) => {
    await expect(openStore(url)).rejects.toThrow(StoreUrlError);
    await expect(openStore(url)).rejects.toThrow(reason);
  });

  test('holds no credentials, and an error does not repeat them', async () => {
    const opening = openStore('s3://AKIAXYZ:secret@backups');
    await expect(opening).rejects.toThrow(/holds no credentials.*AWS_ACCESS_KEY_ID/);
    await expect(opening).rejects.not.toThrow(/secret@|AKIAXYZ/);
  });
});
