import { z } from 'zod';
import { cadenceSchema } from '../../plan/values/cadence.ts';
import { durationSchema } from '../../plan/values/duration.ts';
import { objectivesSchema } from '../../plan/values/objectives.ts';
import { keepSchema, tierSchema } from '../../plan/values/retention.ts';
import { hasOneStart, ONE_START, startsSchemas } from '../../plan/values/starts.ts';

/** Majors whose replication protocol Tidemark speaks: 14 has neither this BASE_BACKUP syntax nor READ_REPLICATION_SLOT. */
export const SERVER_VERSIONS = ['15', '16', '17', '18'] as const;

const hostSchema = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a host name; write a Kubernetes service such as 'postgres.shop' or a DNS name`,
});

const secretNameSchema = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a Kubernetes Secret; write lower-case letters, digits, '-' and '.', and keep the values themselves out of the plan`,
});

/** Where the server is, and as whom it is reached. */
const serverSchema = z.strictObject({
  /** Host name: a Kubernetes service (`postgres.insightdesk`) or a DNS name. */
  service: hostSchema,
  port: z.int().min(1).max(65_535).default(5432),
  /** Database for the SQL connection; a physical backup always holds the whole cluster. */
  database: z.string().min(1),
  /** Name of the Kubernetes Secret with the keys `username` and `password`. */
  credentials: secretNameSchema,
  version: z.enum(SERVER_VERSIONS),
  /** `verify-full` checks the certificate against `PGSSLROOTCERT` or the system's authorities. */
  tls: z.enum(['disable', 'require', 'verify-full']).default('require'),
  /** Owner of the data directory in the server's image; a restored directory gets it. */
  uid: z.int().min(1).default(999),
  gid: z.int().min(1).default(999),
});

/** Continuous WAL: the unfinished segment is stored every `flush`. */
const walSchema = z.strictObject({
  kind: z.literal('wal'),
  flush: durationSchema,
  /** Default: the environment's retention for databases. */
  keep: keepSchema.optional(),
});

const tiersKeepSchema = z
  .partialRecord(tierSchema, keepSchema)
  .refine((tiers) => Object.keys(tiers).length > 0, {
    error: () => "no tier is named; write at least one, such as { daily: '30d' }",
  });

const incrementalSchema = z
  .strictObject({
    kind: z.literal('incremental'),
    ...startsSchemas,
    /** Default: the environment's retention for databases. */
    keep: keepSchema.optional(),
  })
  .refine(hasOneStart, ONE_START);

const fullSchema = z
  .strictObject({
    kind: z.literal('full'),
    ...startsSchemas,
    /** One retention, or one for each tier (grandfather-father-son). Default: the environment's retention for databases. */
    keep: z.union([keepSchema, tiersKeepSchema]).optional(),
    /** Tiers whose data moves to a cold storage class. */
    cold: z.array(tierSchema).optional(),
  })
  .refine(hasOneStart, ONE_START);

const protectionSchema = z.discriminatedUnion('kind', [walSchema, incrementalSchema, fullSchema]);

const verifySchema = z.strictObject({
  /** Re-read every stored byte and compare digests. */
  checksums: cadenceSchema.optional(),
  /** Restore into a scratch target and look at the data. */
  restore: cadenceSchema.optional(),
  /** Restore everything, as after a total loss. */
  fullRestore: cadenceSchema.optional(),
});

/** Rows may be malformed where these rules look at them: what is wrong is reported all at once. */
const kindsOf = (rows: readonly unknown[]): unknown[] =>
  rows.map((row) => (row as { kind?: unknown } | undefined)?.kind);

const protectSchema = z
  .array(protectionSchema)
  .refine((rows) => new Set(kindsOf(rows)).size === rows.length, {
    error: () =>
      "two rows have the same kind, but jobs, alarms and slots are one for each; write one row with the most frequent schedule and a retention for each tier, such as keep: { daily: '30d', weekly: '90d' }",
    when: () => true,
  })
  .refine((rows) => kindsOf(rows).includes('full'), {
    error: () =>
      "no row is a full backup, and without one nothing can be restored: WAL and incrementals only continue one; add full({ at: '03:00' })",
    when: () => true,
  });

export const postgresqlSourceSchema = z.strictObject({
  engine: z.literal('postgresql'),
  server: serverSchema,
  protect: protectSchema,
  verify: verifySchema.default({}),
  /** Recovery objectives of this source; default: the plan's. */
  objectives: objectivesSchema.optional(),
  /** Where the restore job puts the recovered data directory. */
  restore: z
    .strictObject({
      /** An existing PersistentVolumeClaim, empty, with room for the whole cluster. */
      volumeClaim: z.string().min(1),
    })
    .optional(),
});

export type PostgresqlSource = z.input<typeof postgresqlSourceSchema>;
type ProtectionInput = z.input<typeof protectionSchema>;

/** What an environment may replace: lists and objectives as a whole, the others key by key. */
export interface PostgresqlOverride {
  server?: Partial<PostgresqlSource['server']>;
  protect?: PostgresqlSource['protect'];
  verify?: PostgresqlSource['verify'];
  objectives?: PostgresqlSource['objectives'];
  restore?: PostgresqlSource['restore'];
}
type KindInput<K extends ProtectionInput['kind']> = Omit<
  Extract<ProtectionInput, { kind: K }>,
  'kind'
>;

/** A PostgreSQL cluster, backed up physically over the replication protocol. */
export function postgresql(source: Omit<PostgresqlSource, 'engine'>): PostgresqlSource {
  return { engine: 'postgresql', ...source };
}

/** Continuous write-ahead log: recovery to any moment between two base backups. */
export function wal(options: KindInput<'wal'>): ProtectionInput {
  return { kind: 'wal', ...options };
}

/** Incremental base backups (PostgreSQL 17 and later with `summarize_wal=on`). */
export function incremental(options: KindInput<'incremental'>): ProtectionInput {
  return { kind: 'incremental', ...options };
}

/** Full base backups. */
export function full(options: KindInput<'full'>): ProtectionInput {
  return { kind: 'full', ...options };
}
