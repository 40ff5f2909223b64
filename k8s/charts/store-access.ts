import type { k8s } from 'cdk8s-plus-28';
import { SERVICE_ACCOUNTS } from '../../lib/access/service-accounts.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { storeUrlOf } from '../../lib/plan/store-url.ts';

/** What a pod is for, as far as the store is concerned. */
export type StoreUse = keyof typeof SERVICE_ACCOUNTS;

/** What a pod needs to reach the store and to say who it is. */
export interface StoreAccess {
  readonly env: readonly k8s.EnvVar[];
  readonly volumes: readonly (k8s.Volume & {
    readonly mountPath: string;
    readonly readOnly: boolean;
  })[];
}

/** Names of the variables that are also the keys of the Secret. */
const ACCESS_KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

const SECRET_DIRECTORY = '/var/run/secrets/tidemark-store';
const CA_DIRECTORY = '/etc/tidemark-store';
/** Key of the Secret, and so the name of its file. */
const GOOGLE_KEY = 'key.json';

/** What the account is for, by the end of its name; pods without a source, such as the exporter's, only look. */
export const storeUse = (serviceAccountName: string): StoreUse =>
  ENDINGS.find(([, ending]) => serviceAccountName.endsWith(ending))?.[0] ?? 'verifier';

const ENDINGS = (['writer', 'restorer', 'verifier'] as const).map((use) => {
  const ofNobody = SERVICE_ACCOUNTS[use]('');
  return [use, ofNobody.slice(ofNobody.lastIndexOf('-'))] as const;
});

export function storeAccess(compiled: CompiledPlan, use: StoreUse): StoreAccess {
  const { store, regions } = compiled;
  const url = { name: 'TIDEMARK_STORE', value: storeUrlOf(compiled) };
  // Without its own role a pod fails at once instead of borrowing the node's.
  const noNode = { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' };
  if (!store) {
    return { env: [url, { name: 'AWS_REGION', value: regions.primary }, noNode], volumes: [] };
  }
  const secret = store.secrets?.[use];
  if (store.url.startsWith('gs:')) {
    return secret === undefined ? { env: [url], volumes: [] } : withGoogleKey(url, secret);
  }
  return {
    env: [
      url,
      ...(secret === undefined ? [] : ACCESS_KEYS.map((key) => fromSecret(key, secret))),
      noNode,
      ...(store.ca === undefined
        ? []
        : [{ name: 'NODE_EXTRA_CA_CERTS', value: `${CA_DIRECTORY}/ca.crt` }]),
    ],
    volumes: store.ca === undefined ? [] : [authority(store.ca)],
  };
}

/**
 * The same for a command line of a shell, in a pod whose environment is somebody else's: every word goes before the
 * program's, and secrets are read from files when it runs.
 */
export function storeWords(
  compiled: CompiledPlan,
  use: StoreUse,
): { readonly words: readonly string[]; readonly volumes: StoreAccess['volumes'] } {
  const { env, volumes } = storeAccess(compiled, use);
  const secret = compiled.store?.secrets?.[use];
  const fromFiles = env.some(({ valueFrom }) => valueFrom !== undefined);
  return {
    words: env
      .filter(({ name }) => name !== 'TIDEMARK_STORE' && name !== 'AWS_REGION')
      .map(({ name, value }) => `${name}=${value ?? `$(cat ${SECRET_DIRECTORY}/${name})`}`),
    volumes: [
      ...volumes,
      ...(fromFiles && secret !== undefined ? [secretFiles(secret, ACCESS_KEYS)] : []),
    ].map((volume) => ({ ...volume, ...optional(volume), name: `tidemark-${volume.name}` })),
  };
}

/** The same for a variable with a key of a Secret: without it the program says what is missing, and the server runs. */
export const withoutWaiting = (variable: k8s.EnvVar): k8s.EnvVar => {
  const { secretKeyRef } = variable.valueFrom ?? {};
  if (!secretKeyRef) return variable;
  return { ...variable, valueFrom: { secretKeyRef: { ...secretKeyRef, optional: true } } };
};

/** The same volume in the pod of a server, which starts also when somebody has removed what is for its backups. */
export const optional = ({ secret, configMap }: k8s.Volume): Partial<k8s.Volume> => ({
  ...(secret && { secret: { ...secret, optional: true } }),
  ...(configMap && { configMap: { ...configMap, optional: true } }),
});

/** Who the pods of a service account are to Google. */
export const googleAnnotations = (
  { store }: CompiledPlan,
  use: StoreUse,
): Record<string, string> => {
  const account = store?.googleServiceAccounts?.[use];
  return account === undefined ? {} : { 'iam.gke.io/gcp-service-account': account };
};

/** Where the stores listen: of backups, and of what verifications and drills found. */
export const storePorts = (compiled: CompiledPlan): number[] => [
  ...new Set(
    endpointsOf(compiled).map(({ port, protocol }) =>
      port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
    ),
  ),
];

/** What the stores are called, and who signs for their users; undefined in AWS, where names follow from buckets and regions. */
export function storeHosts(compiled: CompiledPlan): string[] | undefined {
  if (!compiled.store) return undefined;
  const hosts = endpointsOf(compiled).map(({ hostname }) => hostname);
  const isGoogle = compiled.store.url.startsWith('gs:');
  return [...new Set([...hosts, ...(isGoogle ? ['oauth2.googleapis.com'] : [])])];
}

/** A store without an endpoint of its own is Google's, or Amazon's. */
function endpointsOf({ store }: CompiledPlan): URL[] {
  const urls = [store?.url ?? 's3://amazon', store?.evidence].filter((url) => url !== undefined);
  return urls.map((text) => {
    const url = new URL(text);
    const usual =
      url.protocol === 'gs:'
        ? 'https://storage.googleapis.com'
        : `https://${url.host}.s3.${url.searchParams.get('region') ?? 'us-east-1'}.amazonaws.com`;
    return new URL(url.searchParams.get('endpoint') ?? usual);
  });
}

const withGoogleKey = (url: k8s.EnvVar, secret: string): StoreAccess => ({
  env: [
    url,
    { name: 'GOOGLE_APPLICATION_CREDENTIALS', value: `${SECRET_DIRECTORY}/${GOOGLE_KEY}` },
  ],
  volumes: [secretFiles(secret, [GOOGLE_KEY])],
});

const fromSecret = (key: string, name: string): k8s.EnvVar => ({
  name: key,
  valueFrom: { secretKeyRef: { name, key } },
});

/** Readable by the pod's user, whoever that is; nobody else is in the pod. */
const secretFiles = (
  secretName: string,
  keys: readonly string[],
): StoreAccess['volumes'][number] => ({
  name: 'store-secret',
  secret: { secretName, items: keys.map((key) => ({ key, path: key })) },
  mountPath: SECRET_DIRECTORY,
  readOnly: true,
});

const authority = (name: string): StoreAccess['volumes'][number] => ({
  name: 'store-ca',
  configMap: { name, items: [{ key: 'ca.crt', path: 'ca.crt' }] },
  mountPath: CA_DIRECTORY,
  readOnly: true,
});
