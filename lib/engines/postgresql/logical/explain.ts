import { ClientProgramError } from '../client-process.ts';
import { quoteName } from '../replication-values.ts';

/** By what pg_dump prints, in English as it is started with `LC_ALL=C`. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /permission denied for large object/,
    'let the role be a superuser or set lo_compat_privileges = on, as large objects have no right of their own to read all',
  ],
  [/permission denied/, 'let the role of the backup be a member of pg_read_all_data'],
  [/row-level security/, 'run as superuser: ALTER ROLE … BYPASSRLS for the role of the backup'],
  [
    /lock timeout|statement timeout.*LOCK TABLE/s,
    'a statement held a table for longer than five minutes: back up at another time',
  ],
  [/server version mismatch/, 'back up with the programs of the major version of the server'],
  [
    /conflict with recovery/,
    'the standby had to replay a change: raise max_standby_streaming_delay there, or back up the primary',
  ],
];

/** The error with what to do, where it is known. */
export function explained(error: unknown, database: string): unknown {
  if (!(error instanceof ClientProgramError)) return error;
  const remedy = REMEDIES.find(([pattern]) => pattern.test(error.message))?.[1];
  return new ClientProgramError(
    `database ${quoteName(database)}: ${error.message}${remedy === undefined ? '' : `; ${remedy}`}`,
    { cause: error },
  );
}
