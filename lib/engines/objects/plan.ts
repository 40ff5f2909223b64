import { z } from 'zod';
import { fullRowSchema, protectOf, replicationRowSchema } from '../../plan/values/rows.ts';
import { hasRow, rule } from '../../plan/values/rule.ts';
import { secretNameSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** 3 to 63 characters, as S3 and MinIO want it. */
const bucketSchema = z.string().regex(/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a bucket; write 3 to 63 lower-case letters, digits, '-' and '.', without s3:// and without a path`,
});

const ENDPOINT = /^https?:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/;
const endpointSchema = z.string().refine((url) => ENDPOINT.test(url) && URL.canParse(url), {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the address of an object store; write scheme, host and port alone, such as 'https://minio.shop:9000'`,
});

const regionSchema = z.string().regex(/^[a-z0-9-]{2,32}$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the region of a bucket; write one such as 'us-west-2'`,
});

/** Name of the Kubernetes Secret with the keys `access-key-id` and `secret-access-key`. Default: the role of the pod. */
const credentialsSchema = secretNameSchema.optional();

const PARTS = {
  bucket: bucketSchema,
  /** Only keys that begin so. */
  prefix: z
    .string()
    .regex(/^[^/].*\/$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not a prefix of keys; write it without '/' in front and with '/' at the end, such as 'uploads/'`,
    })
    .optional(),
};

const originSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('minio'),
    ...PARTS,
    endpoint: endpointSchema,
    /** MinIO signs with this one unless it is told otherwise. */
    region: regionSchema.default('us-east-1'),
    /** Name of the Kubernetes Secret with the keys `access-key-id` and `secret-access-key`. */
    credentials: secretNameSchema,
  }),
  z.strictObject({
    kind: z.literal('s3'),
    ...PARTS,
    region: regionSchema,
    credentials: credentialsSchema,
  }),
]);

const mirrorSchema = z.strictObject({
  bucket: bucketSchema,
  region: regionSchema,
  /** Default: S3 itself. */
  endpoint: endpointSchema.optional(),
  credentials: credentialsSchema,
});

const shape = z.strictObject({
  engine: z.literal('objects'),
  /** Which column of an environment's retention holds: `logs` for archived logs. */
  holds: z.enum(['objects', 'logs']).default('objects'),
  /** The bucket that is protected. */
  origin: originSchema,
  /** The bucket that replication copies into. Deletions are not copied. */
  mirror: mirrorSchema.optional(),
  /** Whether the buckets keep replaced and deleted versions. Replication needs it on both sides. */
  versioning: z.boolean().default(true),
  protect: protectOf(
    z.discriminatedUnion('kind', [fullRowSchema, replicationRowSchema]),
    "full({ at: '03:00' })",
  ),
  ...SOURCE_PARTS,
});

export const objectsSourceSchema = shape
  .refine(
    (source) => source.mirror !== undefined || !hasRow(source, 'replication'),
    rule(
      'mirror',
      "a replication row has no bucket to copy into; name it, such as mirror: { bucket: 'shop-mirror', region: 'us-west-2' }",
    ),
  )
  .refine(
    (source) => source.versioning !== false || !hasRow(source, 'replication'),
    rule(
      'versioning',
      'neither MinIO nor S3 replicates a bucket without versions; remove versioning: false, or write full rows instead of replication',
    ),
  )
  .refine(
    ({ origin, mirror }) =>
      origin?.kind !== 'minio' || mirror === undefined || mirror?.credentials !== undefined,
    rule(
      ['mirror', 'credentials'],
      'MinIO replicates by itself, and has no role of a pod; name the Secret with the keys access-key-id and secret-access-key of the mirror',
    ),
  )
  .refine(
    ({ origin, mirror }) =>
      mirror === undefined ||
      origin?.bucket !== mirror?.bucket ||
      (origin?.kind === 'minio' ? origin.endpoint : undefined) !== mirror?.endpoint,
    rule(['mirror', 'bucket'], 'the bucket would be copied into itself; name another one'),
  );

export const objectsSettingsSchema = shape.omit(NO_SETTINGS);

export type ObjectsSource = z.input<typeof objectsSourceSchema>;

/** A bucket of an object store: a live copy elsewhere, or copies on a schedule. */
export function objects(source: Omit<ObjectsSource, 'engine'>): ObjectsSource {
  return { engine: 'objects', ...source };
}
