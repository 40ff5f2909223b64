import { z } from 'zod';
import { retentionClassNameSchema, tierSchema } from '../plan/values/retention.ts';
import { postgresqlLogicalPositionSchema } from './logical-position.ts';

/** Version of the manifest's schema. A reader refuses a newer one. */
export const MANIFEST_FORMAT = 1;

const instantSchema = z.iso.datetime();
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
/** `16/B374D848`. */
export const lsnSchema = z.string().regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/);

/** One stored object of a file. A file spans several when it outgrows the parts that one object can have. */
const fileObjectSchema = z.strictObject({
  /** Key below the backup's data prefix. */
  name: z.string(),
  size: z.int().min(0),
  sha256: sha256Schema,
});

const fileSchema = z.strictObject({
  /** Name below the backup's data prefix, such as `base.tar.zst` or `wal/000000010000000000000003.zst`. */
  name: z.string(),
  /** Stored bytes over all objects. */
  size: z.int().min(0),
  /** Bytes after decoding. */
  logicalSize: z.int().min(0),
  /**
   * Of the bytes after decoding: what a restore must arrive at. Without an encoding that is the digest of the only
   * object; null where there are several of them, whose digests say it all, and where the content has its own digests.
   */
  logicalSha256: sha256Schema.nullable(),
  encoding: z.enum(['identity', 'zstd']),
  objects: z.array(fileObjectSchema).min(1),
});

/** Where a PostgreSQL base backup stands in its cluster's history. */
export const postgresqlPositionSchema = z.strictObject({
  engine: z.literal('postgresql'),
  /** Decimal, as IDENTIFY_SYSTEM reports it. */
  systemId: z.string().regex(/^\d+$/),
  timeline: z.int().min(1),
  startLsn: lsnSchema,
  endLsn: lsnSchema,
  walSegmentSize: z.int(),
  /** Tablespaces outside of the data directory: OID and where they were. */
  tablespaces: z.array(z.strictObject({ oid: z.string(), location: z.string(), file: z.string() })),
});

/** Where a Redis snapshot stands in the replication stream that it was read from. */
export const redisPositionSchema = z.strictObject({
  engine: z.literal('redis'),
  replicationId: z.string().regex(/^[0-9a-f]{40}$/),
  /** Bytes of the replication stream before the snapshot. */
  offset: z.int().min(0),
});

/** Kinds of recovery point. */
export const backupKindSchema = z.enum(['full', 'incremental', 'logical', 'snapshot']);
export type BackupKind = z.infer<typeof backupKindSchema>;

/** What a person calls a backup, such as `pre-migration`. */
export const labelSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} cannot be a label; write lower-case letters, digits, dots and hyphens, up to 63, such as 'pre-migration'`,
});

export const manifestSchema = z.strictObject({
  format: z.literal(MANIFEST_FORMAT),
  id: z.string(),
  plan: z.string(),
  environment: z.string(),
  source: z.string(),
  engine: z.string(),
  /** As the server reports it, such as `15.18`. */
  serverVersion: z.string(),
  kind: backupKindSchema,
  /** Why it was taken, where somebody said so. */
  label: labelSchema.optional(),
  tier: tierSchema,
  class: retentionClassNameSchema,
  /** The data will not be consistent at any moment before `consistentAt`. */
  startedAt: instantSchema,
  completedAt: instantSchema,
  consistentAt: instantSchema,
  parent: z.string().nullable(),
  position: z.discriminatedUnion('engine', [
    postgresqlPositionSchema,
    postgresqlLogicalPositionSchema,
    redisPositionSchema,
  ]),
  files: z.array(fileSchema).min(1),
  /** Sums over all files. */
  storedBytes: z.int(),
  logicalBytes: z.int(),
  /** What a drill may count and compare; empty where the engine cannot count cheaply. */
  counts: z.record(z.string(), z.int()),
  /** Client-side encryption and signatures; null until they exist. */
  encryption: z.null(),
  signature: z.null(),
  /** Who wrote it, such as `tidemark 0.1.0`. */
  tool: z.string(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = Manifest['files'][number];
export type PostgresqlPosition = z.infer<typeof postgresqlPositionSchema>;
export type RedisPosition = z.infer<typeof redisPositionSchema>;

/** A base backup of PostgreSQL, full or incremental. */
export type PhysicalManifest = Manifest & { readonly position: PostgresqlPosition };

export const isPhysical = (manifest: Manifest): manifest is PhysicalManifest =>
  manifest.position.engine === 'postgresql';
