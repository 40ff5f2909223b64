import type { k8s } from 'cdk8s-plus-28';
import type { SourceOf } from '../../../lib/plan/compiled.ts';
import type { PodNeeds } from '../pod.ts';

const CA_DIRECTORY = '/etc/tidemark-ca';
const CA_KEY = 'ca.crt';

/**
 * How a pod reaches the server: names of keys in the source's Secret, never their values. With `verify-full` the
 * Secret also holds the authority's certificate under `ca.crt`, as libpq asks for one.
 * @param secretName default: that of the backups
 */
export function databaseAccess(
  source: SourceOf<'postgresql'>,
  secretName = source.settings.server.credentials,
): Required<Pick<PodNeeds, 'env' | 'volumes'>> {
  const credential = (name: string, key: string): k8s.EnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName, key } },
  });
  const env = [credential('PGUSER', 'username'), credential('PGPASSWORD', 'password')];
  if (source.settings.server.tls !== 'verify-full') return { env, volumes: [] };
  return {
    env: [...env, { name: 'PGSSLROOTCERT', value: `${CA_DIRECTORY}/${CA_KEY}` }],
    volumes: [
      {
        name: 'server-ca',
        secret: { secretName, items: [{ key: CA_KEY, path: CA_KEY }] },
        mountPath: CA_DIRECTORY,
        readOnly: true,
      },
    ],
  };
}
