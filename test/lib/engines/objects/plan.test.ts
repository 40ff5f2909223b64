import { full, objects, replication, snapshot } from '../../../../lib/plan/language.ts';
import { classesOf, mistakesOf, refusal, settingsOf } from '../source.ts';

const example = objects({
  origin: {
    kind: 'minio',
    endpoint: 'https://minio.bud:9000',
    bucket: 'models',
    credentials: 'minio-credentials',
  },
  mirror: { bucket: 'models-dr', region: 'us-west-2', credentials: 'minio-mirror' },
  protect: [replication({ within: '15m', keep: 'forever' })],
});

describe('a object storage source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      holds: 'objects',
      origin: {
        kind: 'minio',
        endpoint: 'https://minio.bud:9000',
        bucket: 'models',
        region: 'us-east-1',
        credentials: 'minio-credentials',
      },
      mirror: { bucket: 'models-dr', region: 'us-west-2', credentials: 'minio-mirror' },
      versioning: true,
    });
  });

  test('may be a bucket of S3 that is copied on a schedule', () => {
    const origin = { kind: 's3', bucket: 'shop-logs', region: 'eu-central-1', prefix: 'app/' };
    const logs = { engine: 'objects', holds: 'logs', origin, protect: [full({ at: '03:30' })] };
    expect(settingsOf(logs)).toEqual({ holds: 'logs', origin, versioning: true });
  });

  test.each([
    ['objects', '11d'],
    ['logs', '13d'],
  ] as const)('that holds %s is kept as the environment keeps those', (holds, kept) => {
    const source = { ...example, holds, protect: [full({ at: '03:30' })] };
    const retention = { database: '5d', objects: '11d', logs: '13d' };
    expect(classesOf(source, { retention })).toEqual([kept]);
  });

  test.each([
    [
      'a replication row without a bucket to copy into',
      { ...example, mirror: undefined },
      'mirror',
      /.* is missing; name it, such as mirror:/,
    ],
    [
      'replication of a bucket without versions',
      { ...example, versioning: false },
      'versioning',
      /neither MinIO nor S3 replicates a bucket without versions; remove versioning: false/,
    ],
    [
      'a mirror that MinIO cannot log in to',
      { ...example, mirror: { bucket: 'models-dr', region: 'us-west-2' } },
      'mirror.credentials',
      /.* is missing; name the Secret/,
    ],
    [
      'a copy into itself',
      {
        ...example,
        mirror: {
          endpoint: 'https://minio.bud:9000',
          bucket: 'models',
          region: 'us-east-1',
          credentials: 'minio',
        },
      },
      'mirror.bucket',
      /the bucket would be copied into itself; name another one/,
    ],
    [
      'an endpoint with a bucket',
      { ...example, origin: { ...example.origin, endpoint: 'https://minio.bud:9000/models' } },
      'origin.endpoint',
      /"https:.*models" is not the address of an object store; write scheme, host and port alone/,
    ],
    [
      'an endpoint without a scheme',
      { ...example, origin: { ...example.origin, endpoint: 's3.us-west-2.amazonaws.com' } },
      'origin.endpoint',
      /"s3.us-west-2.amazonaws.com" is not the address of an object store/,
    ],
    [
      'a port that no server has',
      { ...example, origin: { ...example.origin, endpoint: 'https://minio.bud:90000' } },
      'origin.endpoint',
      /"https:.*90000" is not the address of an object store/,
    ],
    [
      'an address as the bucket',
      { ...example, origin: { ...example.origin, bucket: 's3://models' } },
      'origin.bucket',
      /"s3:\/\/models" is not the name of a bucket; .*without s3:\/\//,
    ],
    [
      'an endpoint of S3',
      {
        ...example,
        origin: {
          kind: 's3',
          bucket: 'models',
          region: 'us-east-1',
          endpoint: 'https://s3.amazonaws.com',
        },
      },
      'origin.endpoint',
      /unknown key "endpoint"/,
    ],
    [
      'a prefix with a slash in front',
      { ...example, origin: { ...example.origin, prefix: '/uploads' } },
      'origin.prefix',
      /"\/uploads" is not a prefix of keys; write it without .\/. in front/,
    ],
    [
      'an unknown column',
      { ...example, holds: 'files' },
      'holds',
      /"files" is not possible here; write one of .objects., .logs./,
    ],
    [
      'a row of Redis',
      { ...example, protect: [...example.protect, snapshot({ at: '03:00' })] },
      'protect.1.kind',
      /"snapshot" is not possible here/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
