import { full, replication, weaviate } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = weaviate({
  server: { service: 'weaviate.sensei' },
  classes: { include: ['MigrationPatterns'] },
  protect: [full({ at: '02:30' })],
});

describe('a Weaviate source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      server: { service: 'weaviate.sensei', port: 443, tls: 'require' },
      backend: 's3',
      classes: { include: ['MigrationPatterns'] },
    });
  });

  test('is reached at the port without TLS where that is off', () => {
    const plain = { ...example, server: { service: 'weaviate.sensei', tls: 'disable' } };
    expect(settingsOf(plain)).toMatchObject({ server: { port: 8080 } });
  });

  test.each([
    [
      'classes included and excluded',
      { ...example, classes: { include: ['A'], exclude: ['B'] } },
      'classes.exclude',
      /include and exclude are both given, and Weaviate refuses such a request; write one of them/,
    ],
    [
      'a class without a capital letter',
      { ...example, classes: { include: ['migrationPatterns'] } },
      'classes.include.0',
      /"migrationPatterns" is not the name of a Weaviate class; write a capital letter/,
    ],
    [
      'nothing included',
      { ...example, classes: { include: [] } },
      'classes.include',
      /nothing is included, so every backup would be empty; /,
    ],
    [
      "the server's own disk",
      { ...example, backend: 'filesystem' },
      'backend',
      /"filesystem" is not possible here; write one of .s3., .gcs./,
    ],
    [
      'replication',
      { ...example, protect: [...example.protect, replication({ within: '5m' })] },
      'protect.1.kind',
      /"replication" is not possible here; write one of .full./,
    ],
    ['no rows', { ...example, protect: [] }, 'protect', /no row is a full backup/],
    [
      'an address with a path',
      { ...example, server: { ...example.server, service: 'weaviate/v1' } },
      'server.service',
      /"weaviate\/v1" is not a host name/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
