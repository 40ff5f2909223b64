import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';

/** An environment outside of AWS. */
export interface Outside extends CheckedPlan {
  readonly store: NonNullable<CheckedPlan['settings']['store']>;
  /** Where it is written. */
  readonly path: string;
}

export const isGoogle = ({ store }: Outside): boolean => store.url.startsWith('gs:');

/** Without endpoint and region. */
export const bucketOf = (url: string): string => url.split('?')[0] ?? url;

/** Whether the keys of a store fit each other. */
export const checkStoreKeys = (of: Outside): Finding[] => [
  ...withoutCredentials(of),
  ...ofTheOtherKind(of),
  ...inTheClear(of),
];

function withoutCredentials(of: Outside): Finding[] {
  if (isGoogle(of) || of.store.credentials) return [];
  return [
    {
      code: 'TM677',
      severity: 'error',
      path: `${of.path}.credentials`,
      message: `no pod could read or write ${bucketOf(of.store.url)}: outside of AWS there are no roles for pods`,
      remedy:
        "name the Secret that holds AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: credentials: { secret: 'tidemark-store' }",
    },
  ];
}

function ofTheOtherKind(of: Outside): Finding[] {
  const { store, path } = of;
  const { googleServiceAccounts, replica, evidence } = store;
  const others = [
    ...(googleServiceAccounts && !isGoogle(of)
      ? [{ key: 'googleServiceAccounts', value: googleServiceAccounts, for: 'gs://' }]
      : []),
    ...(store.ca && isGoogle(of) ? [{ key: 'ca', value: store.ca, for: 's3://' }] : []),
    ...[
      { key: 'replica', value: replica },
      { key: 'evidence', value: evidence },
    ].flatMap(({ key, value }) =>
      value && value.slice(0, 5) !== store.url.slice(0, 5)
        ? [{ key, value, for: value.slice(0, 5) }]
        : [],
    ),
  ];
  return others.map(({ key, value, for: kind }) => ({
    code: 'TM678',
    severity: 'error',
    path: `${path}.${key}`,
    message: `${key} is for ${kind}, and the store is ${bucketOf(store.url)}`,
    value,
    remedy: `take ${key} out, or name a store of the same kind`,
  }));
}

function inTheClear({ store, path }: Outside): Finding[] {
  return (['url', 'replica', 'evidence'] as const).flatMap((key): Finding[] => {
    const value = store[key];
    const endpoint = value === undefined ? null : URL.parse(value)?.searchParams.get('endpoint');
    if (!endpoint?.startsWith('http:')) return [];
    return [
      {
        code: 'TM680',
        severity: 'warning',
        path: `${path}.${key}`,
        message: `backups go to ${endpoint} in the clear: whoever is on the way reads and changes them`,
        value,
        remedy:
          "write https://, and name who signs the certificate if no public authority does: ca: { configMap: 'store-ca' }",
      },
    ];
  });
}
