import type { k8s } from 'cdk8s-plus-28';
import type { ServerAccess } from './scheduled-backup.ts';

const CA_DIRECTORY = '/etc/tidemark-ca';
const CA_KEY = 'ca.crt';

/** A variable whose value is a key of a Secret: the manifest has its name alone. */
export const secretEnv = (
  secretName: string,
  name: string,
  key: string,
  optional = false,
): k8s.EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: secretName, key, ...(optional && { optional }) } },
});

/**
 * The certificate of the authority that signed the server's, under `ca.crt` in the Secret. A pod does not start without.
 * @param variable that tells the program where the file is
 */
export const serverCa = (secretName: string, variable: string): ServerAccess => ({
  env: [{ name: variable, value: `${CA_DIRECTORY}/${CA_KEY}` }],
  volumes: [
    {
      name: 'server-ca',
      secret: { secretName, items: [{ key: CA_KEY, path: CA_KEY }] },
      mountPath: CA_DIRECTORY,
      readOnly: true,
    },
  ],
});
