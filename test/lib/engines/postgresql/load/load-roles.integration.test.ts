import { loadRoles } from '../../../../../lib/engines/postgresql/load/load-roles.ts';
import { runContext } from '../../../../support/backup-source.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { dumpInto } from './dumped.ts';
import { type Loading, startLoading } from './loading.ts';
import { DATABASE } from './sample-database.ts';

const ROLES = `SELECT rolname, rolsuper, rolcanlogin, rolconnlimit, rolpassword, rolconfig FROM pg_authid a
  LEFT JOIN (SELECT setrole, setconfig AS rolconfig FROM pg_db_role_setting WHERE setdatabase = 0) s ON s.setrole = a.oid
  WHERE rolname !~ '^pg_' AND rolname <> 'postgres' ORDER BY 1`;

const MEMBERS = `SELECT m.roleid::regrole::text AS role, m.member::regrole::text AS member, m.admin_option
  FROM pg_auth_members m WHERE m.roleid::regrole::text !~ '^pg_' ORDER BY 1, 2`;

describe.each([15, 18] as const)('the roles of PostgreSQL %i', (version) => {
  let loading: Loading;
  let other: PostgresServer;

  beforeAll(async () => {
    loading = await startLoading(version, 10);
    await loading.server.sql(`CREATE ROLE "it's; ""quoted""" CONNECTION LIMIT 3`);
    await loading.server.sql(`COMMENT ON ROLE reader IS E'reads;\\n''all'''`);
    await loading.server.sql(`ALTER ROLE reader SET search_path = 'a;b', public`);
    await loading.server.sql('GRANT reader TO "App Owner" WITH ADMIN OPTION');
    await dumpInto(loading.store, loading.server, [DATABASE]);
    other = await startPostgres({ version });
  });
  afterAll(async () => {
    await other?.dispose();
    await loading?.dispose();
  });

  const load = () =>
    loadRoles(runContext(loading.store, version), {
      address: other.address,
      backup: undefined,
      scratch: loading.scratch,
    });

  test('come back with passwords, settings and memberships, and what is there stays', async () => {
    expect(await load()).toMatchObject({
      made: ['App Owner', `it's; "quoted"`, 'reader'],
      kept: ['postgres'],
      tablespaces: [],
    });
    const expected = await loading.server.sql(ROLES);
    expect(await other.sql(ROLES)).toEqual(expected);
    expect(await other.sql(MEMBERS)).toEqual(await loading.server.sql(MEMBERS));
    // Somebody works with them meanwhile.
    await other.sql(`ALTER ROLE reader LOGIN PASSWORD 'new' CONNECTION LIMIT 9`);
    const changed = await other.sql(ROLES);
    expect(await load()).toMatchObject({ made: [], kept: expect.arrayContaining(['reader']) });
    expect(await other.sql(ROLES)).toEqual(changed);
    // With them the database can be loaded there.
    const result = await loading.load({ address: other.address });
    expect(result.rows[`"Shop ""ü""".public.customers`]).toEqual({
      before: null,
      backup: 1000,
      after: 1000,
    });
  });
});
