import type { SourceOf } from '../../../lib/plan/compiled.ts';
import type { ServerAccess } from '../scheduled-backup.ts';
import { secretEnv, serverCa } from '../server-secret.ts';

/**
 * How a pod reaches the server: names of keys in the source's Secret, never their values. The Secret holds a `username`
 * only where access lists are used. With `verify-full` it also holds the authority's certificate.
 */
export function serverAccess({ settings: { server } }: SourceOf<'redis'>): ServerAccess {
  const { credentials: secretName, tls } = server;
  if (secretName === undefined) return { env: [], volumes: [] };
  const env = [
    secretEnv(secretName, 'REDIS_USERNAME', 'username', true),
    secretEnv(secretName, 'REDIS_PASSWORD', 'password'),
  ];
  if (tls !== 'verify-full') return { env, volumes: [] };
  const ca = serverCa(secretName, 'REDIS_CA_FILE');
  return { env: [...env, ...ca.env], volumes: ca.volumes };
}
