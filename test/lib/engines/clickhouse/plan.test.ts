import { clickhouse, full, incremental, snapshot } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = clickhouse({
  server: { service: 'clickhouse.bud', credentials: 'clickhouse-credentials' },
  protect: [full({ at: '03:00', keep: '30d' }), incremental({ every: '1h', keep: '7d' })],
});

describe('a ClickHouse source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      server: {
        service: 'clickhouse.bud',
        port: 8443,
        credentials: 'clickhouse-credentials',
        tls: 'require',
      },
      databases: '*',
      backup: { method: 'native' },
    });
  });

  test('is reached at the port without TLS where that is off', () => {
    const plain = { ...example, server: { service: 'clickhouse.bud', tls: 'disable' } };
    expect(settingsOf(plain)).toMatchObject({ server: { port: 8123 } });
    const chosen = { ...example, server: { service: 'clickhouse.bud', port: 443 } };
    expect(settingsOf(chosen)).toMatchObject({ server: { port: 443 } });
  });

  test('may be backed up by the program beside the server', () => {
    const beside = { ...example, backup: { method: 'clickhouse-backup', credentials: 'rest' } };
    expect(settingsOf(beside)).toMatchObject({
      backup: { method: 'clickhouse-backup', port: 7171, credentials: 'rest', tls: 'require' },
    });
  });

  test.each([
    [
      'a cluster and the program that stands beside one server',
      {
        ...example,
        server: { ...example.server, cluster: 'shards' },
        backup: { method: 'clickhouse-backup' },
      },
      'server.cluster',
      /clickhouse-backup backs up the server that it stands beside, never a cluster; remove cluster/,
    ],
    [
      'a database of the server itself',
      { ...example, databases: ['events', 'INFORMATION_SCHEMA'] },
      'databases.1',
      /"INFORMATION_SCHEMA" is made by the server itself.*; leave it out/,
    ],
    [
      'a database that cannot be',
      { ...example, databases: ['events; DROP'] },
      'databases.0',
      /"events; DROP" is not the name of a ClickHouse database; /,
    ],
    [
      'no database',
      { ...example, databases: [] },
      'databases',
      /no database is named; write some, such as \[.shop.\], or .\*. for all/,
    ],
    [
      'a database that is not in a list',
      { ...example, databases: 'events' },
      'databases',
      /"events" is not a list of names; write some in brackets/,
    ],
    [
      'an unknown method',
      { ...example, backup: { method: 'freeze' } },
      'backup.method',
      /"freeze" is not possible here; .*.native., .clickhouse-backup./,
    ],
    [
      'a port for the native method',
      { ...example, backup: { method: 'native', port: 7171 } },
      'backup.port',
      /unknown key "port"/,
    ],
    [
      'a cluster with a blank',
      { ...example, server: { ...example.server, cluster: 'my shards' } },
      'server.cluster',
      /"my shards" is not the name of a ClickHouse cluster; /,
    ],
    [
      'only incremental backups',
      { ...example, protect: [incremental({ every: '1h' })] },
      'protect',
      /no row is a full backup/,
    ],
    [
      'a row of Redis',
      { ...example, protect: [...example.protect, snapshot({ at: '03:00' })] },
      'protect.2.kind',
      /"snapshot" is not possible here/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
