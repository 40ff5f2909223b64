import { z } from 'zod';
import { cadenceSchema } from '../../plan/values/cadence.ts';
import { type Duration, durationSchema } from '../../plan/values/duration.ts';
import { keepSchema, tierSchema } from '../../plan/values/retention.ts';

/** Majors whose replication protocol Tidemark speaks: 14 has neither this BASE_BACKUP syntax nor READ_REPLICATION_SLOT. */
export const SERVER_VERSIONS = ['15', '16', '17', '18'] as const;

const hostSchema = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a host name; write a Kubernetes service such as 'postgres.shop' or a DNS name`,
});

/** Where the server is, and as whom it is reached. */
const serverSchema = z.strictObject({
  /** Host name: a Kubernetes service (`postgres.insightdesk`) or a DNS name. */
  service: hostSchema,
  port: z.int().min(1).max(65_535).default(5432),
  /** Database for the SQL connection; a physical backup always holds the whole cluster. */
  database: z.string().min(1),
  /** Name of the Kubernetes Secret with the keys `username` and `password`. */
  credentials: z.string().min(1),
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

const cronOrTime = {
  /** Time of day `HH:MM`, every day. */
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not a time of day; write 'HH:MM', such as '03:00'`,
    })
    .optional(),
  /** Five-field cron expression. */
  cron: z.string().optional(),
  /** A fixed interval that divides an hour or a day evenly. */
  every: durationSchema.optional(),
  /** IANA time zone of the schedule; UTC unless named. */
  timezone: z.string().optional(),
  /** The longest that one job may take; it is ended after that. */
  within: durationSchema.optional(),
};

const incrementalSchema = z.strictObject({
  kind: z.literal('incremental'),
  ...cronOrTime,
  keep: keepSchema.optional(),
});

const fullSchema = z.strictObject({
  kind: z.literal('full'),
  ...cronOrTime,
  /** One retention, or one for each tier (grandfather-father-son). Default: the environment's retention for databases. */
  keep: z.union([keepSchema, z.partialRecord(tierSchema, keepSchema)]).optional(),
  /** Tiers whose data moves to a cold storage class. */
  cold: z.array(tierSchema).optional(),
});

const protectionSchema = z.discriminatedUnion('kind', [walSchema, incrementalSchema, fullSchema]);

const verifySchema = z.strictObject({
  /** Re-read every stored byte and compare digests. */
  checksums: cadenceSchema.optional(),
  /** Restore into a scratch target and look at the data. */
  restore: cadenceSchema.optional(),
  /** Restore everything, as after a total loss. */
  fullRestore: cadenceSchema.optional(),
});

export const postgresqlSourceSchema = z.strictObject({
  engine: z.literal('postgresql'),
  server: serverSchema,
  protect: z.array(protectionSchema).min(1),
  verify: verifySchema.default({}),
  /** Recovery objectives of this source; default: the plan's. */
  objectives: z.strictObject({ rpo: durationSchema, rto: durationSchema }).optional(),
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

export const DEFAULT_JOB_DEADLINE: Duration = '6h';
