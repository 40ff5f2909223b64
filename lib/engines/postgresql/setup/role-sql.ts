import type { SourceOf } from '../../../plan/compiled.ts';
import { setupOf } from './of-source.ts';
import { takesDumps, takesPhysical } from './settings.ts';

/** What the role's name and password are read from: a file never has them. */
export const ROLE_VARIABLES = { user: 'TIDEMARK_USER', password: 'TIDEMARK_PASSWORD' } as const;

type Source = SourceOf<'postgresql'>;

/**
 * SQL for psql 15 and newer, run by a superuser: makes the role of the backups with exactly the rights that the plan's rows
 * need, or adds them to one that exists. Run again, it sets the password of the Secret as it is now.
 */
export function roleSql(source: Source): string {
  const { database, role: serverRole } = source.settings.server;
  const { role } = setupOf(source);
  const physical = takesPhysical(source);
  const dumps = takesDumps(source);
  const attributes = [
    'LOGIN',
    ...(physical ? ['REPLICATION'] : []),
    // Rows that a policy hides would be missing in a dump.
    ...(dumps ? ['BYPASSRLS'] : []),
  ];
  const grants = [
    ...(physical ? [`GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal() TO ${role};`] : []),
    ...(dumps ? [`GRANT pg_read_all_data TO ${role};`] : []),
    ...(serverRole === 'standby' ? [`GRANT pg_read_all_stats TO ${role};`] : []),
  ];
  return `\\set ON_ERROR_STOP on
\\getenv user ${ROLE_VARIABLES.user}
\\getenv password ${ROLE_VARIABLES.password}
\\if :{?password}
\\else
\\set password ''
\\endif
\\if :{?user}
\\else
\\set user '${role}'
\\endif
\\connect -reuse-previous=on ${psqlArgument(database)}

-- The password is in no log of the server.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';
SET pg_stat_statements.track_utility = off;

SELECT set_config('tidemark.user', :'user', false), set_config('tidemark.password', :'password', false) \\g /dev/null
DO $$
BEGIN
  IF current_setting('tidemark.password') = '' THEN
    RAISE EXCEPTION 'there is no password for the role ${role}; set ${ROLE_VARIABLES.password} to the one in the Secret';
  END IF;
  IF current_setting('tidemark.user') <> '${role}' THEN
    RAISE EXCEPTION 'the Secret names the role %, and the plan ${role}; write setup: { role: ... } in the plan, or change the Secret',
      quote_ident(current_setting('tidemark.user'));
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '${role}') THEN
    CREATE ROLE ${role};
  END IF;
  IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = '${role}') THEN
    RAISE EXCEPTION 'the role ${role} is a superuser; name one of its own in the plan (setup.role) and in the Secret';
  END IF;
  EXECUTE format('ALTER ROLE ${role} ${attributes.join(' ')} PASSWORD %L', current_setting('tidemark.password'));
END
$$;
${grants.join('\n')}
`;
}

/** A word of a psql command, in which single quotes and backslashes mean something. */
const psqlArgument = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
