import type { SourceOf } from '../../../lib/plan/compiled.ts';
import type { ServerAccess } from '../scheduled-backup.ts';
import { secretEnv, serverCa } from '../server-secret.ts';

/**
 * How a pod reaches the server: names of keys in the source's Secret, never their values. With `verify-full` the
 * Secret also holds the authority's certificate, as libpq asks for one.
 * @param secretName default: that of the backups
 */
export function databaseAccess(
  source: SourceOf<'postgresql'>,
  secretName = source.settings.server.credentials,
): ServerAccess {
  const env = [
    secretEnv(secretName, 'PGUSER', 'username'),
    secretEnv(secretName, 'PGPASSWORD', 'password'),
  ];
  if (source.settings.server.tls !== 'verify-full') return { env, volumes: [] };
  const ca = serverCa(secretName, 'PGSSLROOTCERT');
  return { env: [...env, ...ca.env], volumes: ca.volumes };
}
