import { full, mongodb, oplog, wal } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = mongodb({
  server: { service: 'mongodb.bud', replicaSet: 'rs0', credentials: 'mongodb-credentials' },
  protect: [full({ at: '04:00' }), oplog({ flush: '60s' })],
});

describe('a MongoDB source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      server: {
        service: 'mongodb.bud',
        members: [],
        port: 27017,
        replicaSet: 'rs0',
        credentials: 'mongodb-credentials',
        authDatabase: 'admin',
        tls: 'require',
      },
    });
  });

  test.each([
    [
      'an oplog row for a server of its own',
      { ...example, server: { ...example.server, replicaSet: undefined } },
      'server.replicaSet',
      /.* is missing; name its replica set, such as replicaSet: .rs0., or remove the oplog row/,
    ],
    [
      'members without a replica set',
      {
        ...example,
        protect: [full({ at: '04:00' })],
        server: { service: 'mongodb.bud', members: ['mongodb-1.bud'] },
      },
      'server.replicaSet',
      /.* is missing; name it/,
    ],
    [
      'a connection string as the service',
      { ...example, server: { ...example.server, service: 'mongodb://mongodb.bud/admin' } },
      'server.service',
      /".*" is not a host name; write a Kubernetes service/,
    ],
    [
      'a host of members with a port',
      { ...example, server: { ...example.server, members: ['mongodb-1.bud:27017'] } },
      'server.members.0',
      /"mongodb-1.bud:27017" is not a host name/,
    ],
    [
      'a replica set with a blank',
      { ...example, server: { ...example.server, replicaSet: 'rs 0' } },
      'server.replicaSet',
      /"rs 0" is not the name of a replica set; .*rs.status\(\)/,
    ],
    [
      'a database that cannot be',
      { ...example, server: { ...example.server, authDatabase: 'admin/users' } },
      'server.authDatabase',
      /"admin\/users" is not the name of a MongoDB database; .*.admin./,
    ],
    [
      'only the oplog',
      { ...example, protect: [oplog({ flush: '60s' })] },
      'protect',
      /no row is a full backup.* add full/,
    ],
    [
      'a row of PostgreSQL',
      { ...example, protect: [...example.protect, wal({ flush: '60s' })] },
      'protect.2.kind',
      /"wal" is not possible here; .*.full., .oplog./,
    ],
    [
      'a mistyped key',
      { ...example, server: { ...example.server, replicaset: 'rs0' } },
      'server.replicaset',
      /unknown key "replicaset"; write "replicaSet"/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
