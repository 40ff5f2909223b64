import { full, incremental, replication, vectorizer, wal } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = vectorizer({
  server: { service: 'vectorizer.shop', credentials: 'vectorizer-key' },
  replica: { service: 'vectorizer-replica.shop' },
  protect: [
    full({ at: '02:00', keep: '30d' }),
    incremental({ every: '1h', keep: '7d' }),
    replication({ within: '1m' }),
  ],
});

describe('a Vectorizer source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      server: {
        service: 'vectorizer.shop',
        port: 15002,
        credentials: 'vectorizer-key',
        tls: 'require',
      },
      apiVersion: 'v1',
      collections: { include: ['*'], exclude: [] },
      replica: { service: 'vectorizer-replica.shop', port: 15002, tls: 'require' },
    });
  });

  test.each([
    [
      'incremental backups over the legacy routes',
      { ...example, apiVersion: 'legacy' },
      'apiVersion',
      /the archives of the legacy routes do not tell what has changed.*; write apiVersion: .v1., or remove/,
    ],
    [
      'an unknown version',
      { ...example, apiVersion: 'v2' },
      'apiVersion',
      /"v2" is not possible here; .*.v1., .legacy./,
    ],
    [
      'a replication row without a replica',
      { ...example, replica: undefined },
      'replica',
      /.* is missing; name it, such as replica:/,
    ],
    [
      'a replica that is the server itself',
      { ...example, replica: { service: 'vectorizer.shop' } },
      'replica.service',
      /the server would be its own replica; name another one/,
    ],
    [
      'nothing but replication',
      { ...example, protect: [replication({ within: '1m' })] },
      'protect',
      /a replica is no backup: .*; add full/,
    ],
    [
      'no collection',
      { ...example, collections: { include: [] } },
      'collections.include',
      /nothing is included, so every backup would be empty/,
    ],
    [
      'a collection that is included and excluded',
      { ...example, collections: { include: ['docs'], exclude: ['docs'] } },
      'collections.exclude',
      /the same name is included and excluded/,
    ],
    [
      'a collection with a slash',
      { ...example, collections: { include: ['docs/old'] } },
      'collections.include.0',
      /"docs\/old" is not a name or a pattern/,
    ],
    [
      'a row of PostgreSQL',
      { ...example, protect: [...example.protect, wal({ flush: '60s' })] },
      'protect.3.kind',
      /"wal" is not possible here/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
