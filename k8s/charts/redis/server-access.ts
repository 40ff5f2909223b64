import type { k8s } from 'cdk8s-plus-28';
import type { SourceOf } from '../../../lib/plan/compiled.ts';
import type { ServerAccess } from '../scheduled-backup.ts';

const CA_DIRECTORY = '/etc/tidemark-ca';
const CA_KEY = 'ca.crt';

/**
 * How a pod reaches the server: names of keys in the source's Secret, never their values. The Secret holds a `username`
 * only where access lists are used. With `verify-full` it also holds the authority's certificate under `ca.crt`: a pod
 * does not start without.
 */
export function serverAccess({ settings: { server } }: SourceOf<'redis'>): ServerAccess {
  const { credentials: secretName, tls } = server;
  if (secretName === undefined) return { env: [], volumes: [] };
  const credential = (name: string, key: string, optional: boolean): k8s.EnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName, key, ...(optional && { optional }) } },
  });
  const env = [
    credential('REDIS_USERNAME', 'username', true),
    credential('REDIS_PASSWORD', 'password', false),
  ];
  if (tls !== 'verify-full') return { env, volumes: [] };
  return {
    env: [...env, { name: 'REDIS_CA_FILE', value: `${CA_DIRECTORY}/${CA_KEY}` }],
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
