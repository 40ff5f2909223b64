import { z } from 'zod';
import type { CompiledPlan } from './compiled.ts';
import { bucketUrlProblem } from './values/bucket-url.ts';
import { nameSchema } from './values/names.ts';

/** As `openStore` takes them, without what only a machine with a disk of its own can have. */
const storeUrlSchema = z.string().refine((url) => problemOf(url) === undefined, {
  error: ({ input }) =>
    `${JSON.stringify(input)} is not the URL of a bucket${reasonOf(String(input))}; write s3://bucket?endpoint=https://…&region=…, or gs://bucket, without credentials`,
});

/** Empty where there is none that says more. */
function problemOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed || !['s3:', 'gs:'].includes(parsed.protocol)) return '';
  if (parsed.username + parsed.password + parsed.hash !== '') return '';
  return bucketUrlProblem(parsed) ?? nowhere(parsed);
}

/** A pod has no region but that of the URL. */
function nowhere({ protocol, searchParams }: URL): string | undefined {
  if (protocol !== 's3:' || searchParams.has('endpoint') || searchParams.has('region')) return;
  return 'it says neither where the storage listens nor in which region of AWS it is';
}

function reasonOf(url: string): string {
  const problem = problemOf(url);
  return problem ? `: ${problem}` : '';
}

/** A name as Kubernetes takes it for a Secret or a ConfigMap. */
const objectNameSchema = nameSchema;

const secretsSchema = z.union(
  [
    z.strictObject({ secret: objectNameSchema }),
    z.strictObject({
      writer: objectNameSchema,
      restorer: objectNameSchema,
      verifier: objectNameSchema,
    }),
  ],
  {
    error: () =>
      "not the Secrets that hold credentials; write { secret: 'tidemark-store' }, or one for each use: { writer: '…', restorer: '…', verifier: '…' }",
  },
);

const googleAccountSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9.:-]*\.iam\.gserviceaccount\.com$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a service account of Google's; write one such as 'tidemark@my-project.iam.gserviceaccount.com'`,
  });

/** Where an environment outside of AWS keeps its backups. */
export const storeSchema = z.strictObject({
  url: storeUrlSchema,
  /** The second copy, which the storage itself makes; pods of the replica region read and write it. */
  replica: storeUrlSchema.optional(),
  /** Where verifications and drills leave what they found, beside the run records. */
  evidence: storeUrlSchema.optional(),
  /** Secrets in the namespace of the pods. Google's need none where pods have an identity. */
  credentials: secretsSchema.optional(),
  /** Whom pods act as, through Workload Identity; none where the pods' own accounts have the rights. */
  googleServiceAccounts: z
    .strictObject({
      writer: googleAccountSchema,
      restorer: googleAccountSchema,
      verifier: googleAccountSchema,
    })
    .optional(),
  /** A ConfigMap whose `ca.crt` signs the certificate of the endpoint. */
  ca: z.strictObject({ configMap: objectNameSchema }).optional(),
});

const byUseSchema = z.strictObject({
  writer: z.string(),
  restorer: z.string(),
  verifier: z.string(),
});

export const compiledStoreSchema = z.strictObject({
  url: z.string(),
  replica: z.string().optional(),
  evidence: z.string().optional(),
  /** Secrets by what a pod is for. */
  secrets: byUseSchema.optional(),
  googleServiceAccounts: byUseSchema.optional(),
  /** Name of a ConfigMap. */
  ca: z.string().optional(),
});

export type CompiledStore = z.infer<typeof compiledStoreSchema>;

/** Absent where AWS keeps the backups. */
export function compiledStore(
  store: z.output<typeof storeSchema> | undefined,
): Pick<CompiledPlan, 'store'> {
  if (!store) return {};
  const { url, replica, evidence, credentials, googleServiceAccounts, ca } = store;
  return {
    store: {
      url,
      ...(replica !== undefined && { replica }),
      ...(evidence !== undefined && { evidence }),
      ...(credentials && { secrets: secretsByUse(credentials) }),
      ...(googleServiceAccounts && { googleServiceAccounts }),
      ...(ca && { ca: ca.configMap }),
    },
  };
}

/** The bucket that a store's URL names; one without a copy has no other. */
export const storeBucket = (
  store: z.output<typeof storeSchema> | undefined,
  side: 'primary' | 'replica',
): string | undefined =>
  store && URL.parse(side === 'replica' ? (store.replica ?? store.url) : store.url)?.host;

function secretsByUse(secrets: z.output<typeof secretsSchema>): CompiledStore['secrets'] {
  if (!('secret' in secrets)) return secrets;
  const { secret } = secrets;
  return { writer: secret, restorer: secret, verifier: secret };
}
