import { full, incremental, kafka, replication } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = kafka({
  server: { service: 'kafka.somabrain', credentials: 'kafka-backup' },
  topics: { include: ['audit*', 'metrics*'], exclude: ['metrics.debug'] },
  mirror: { service: 'kafka.dr.example.com' },
  protect: [full({ at: '03:00' }), replication({ within: '5m' })],
});

describe('a Kafka source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      server: {
        service: 'kafka.somabrain',
        port: 9093,
        brokers: [],
        credentials: 'kafka-backup',
        sasl: 'scram-sha-512',
        tls: 'require',
      },
      topics: { include: ['audit*', 'metrics*'], exclude: ['metrics.debug'] },
      groups: { include: ['*'], exclude: [] },
      mirror: { service: 'kafka.dr.example.com', port: 9093, brokers: [], tls: 'require' },
    });
  });

  test('is reached at the port without TLS where that is off', () => {
    const plain = { ...example, server: { service: 'kafka.somabrain', tls: 'disable' } };
    expect(settingsOf(plain)).toMatchObject({ server: { port: 9092 } });
  });

  test.each([
    [
      'a replication row without a cluster to copy into',
      { ...example, mirror: undefined },
      'mirror',
      /.* is missing; name it, such as mirror:/,
    ],
    [
      'a copy into itself',
      { ...example, mirror: { service: 'kafka.somabrain' } },
      'mirror.service',
      /the cluster would be copied into itself; name another one/,
    ],
    [
      'nothing but replication',
      { ...example, protect: [replication({ within: '5m' })] },
      'protect',
      /a mirrored cluster is no backup: .*; add full/,
    ],
    [
      'a topic that is included and excluded',
      { ...example, topics: { include: ['audit', 'metrics'], exclude: ['audit'] } },
      'topics.exclude',
      /the same name is included and excluded; write it in one of the two/,
    ],
    [
      'a regular expression',
      { ...example, topics: { include: ['audit.*|metrics.*'] } },
      'topics.include.0',
      /"audit.*" is not a name or a pattern; .*with .\*. for any characters/,
    ],
    [
      'nothing included',
      { ...example, groups: { include: [] } },
      'groups.include',
      /nothing is included, so every backup would be empty; name something/,
    ],
    [
      'a way to authenticate, and nobody',
      { ...example, server: { ...example.server, credentials: undefined, sasl: 'plain' } },
      'server.credentials',
      /.* is missing; add the Secret with the keys username and password, or remove sasl/,
    ],
    [
      'an unknown way to authenticate',
      { ...example, server: { ...example.server, sasl: 'gssapi' } },
      'server.sasl',
      /"gssapi" is not possible here; .*.scram-sha-512./,
    ],
    [
      'a broker with a port',
      { ...example, server: { ...example.server, brokers: ['kafka-1:9092'] } },
      'server.brokers.0',
      /"kafka-1:9092" is not a host name/,
    ],
    [
      'incremental backups',
      { ...example, protect: [...example.protect, incremental({ every: '1h' })] },
      'protect.2.kind',
      /"incremental" is not possible here/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
