import { z } from 'zod';
import { dumpSchema } from './dump.ts';
import { durationSchema } from './duration.ts';
import { keepSchema, keepsSchema, tierSchema } from './retention.ts';
import { hasOneStart, ONE_START, startsSchemas } from './starts.ts';

/**
 * What a row of `protect` is to recovery.
 * - `point`: a scheduled recovery point that can be restored by itself
 * - `delta`: a scheduled recovery point that needs the newest `point` before it, and nothing else
 * - `log`: continuous; with a `point` before the moment and everything in between, every moment can be restored
 * - `mirror`: a live copy elsewhere; every version that it still holds can be restored
 */
type Role = 'point' | 'delta' | 'log' | 'mirror';

/** The kinds of rows of every engine. */
const ROLES = {
  wal: 'log',
  aof: 'log',
  oplog: 'log',
  replication: 'mirror',
  incremental: 'delta',
  full: 'point',
  snapshot: 'point',
  logical: 'point',
  change: 'point',
} as const satisfies Record<string, Role>;

export const kindSchema = z.enum(Object.keys(ROLES) as [Kind, ...Kind[]]);
export type Kind = keyof typeof ROLES;

export const roleOf = (kind: Kind): Role => ROLES[kind];

/** A continuous row: what is not stored yet is stored every `flush`. */
const logRow = <K extends Kind>(kind: K) =>
  z.strictObject({
    kind: z.literal(kind),
    flush: durationSchema,
    /** Default: the environment's retention. */
    keep: keepSchema.optional(),
  });

export const walRowSchema = logRow('wal');
export const aofRowSchema = logRow('aof');
export const oplogRowSchema = logRow('oplog');

/** A live copy in another place, at most `within` behind. */
export const replicationRowSchema = z.strictObject({
  kind: z.literal('replication'),
  within: durationSchema,
  /** How long replaced and deleted versions are kept at the copy. Default: the environment's retention. */
  keep: keepSchema.optional(),
});

const tieredSchemas = {
  ...startsSchemas,
  /** One retention, or one for each tier (grandfather-father-son). Default: the environment's retention. */
  keep: keepsSchema.optional(),
  /** Tiers whose data moves to cold storage. */
  cold: z.array(tierSchema).optional(),
};

const pointSchemas = {
  ...tieredSchemas,
  /** Tiers whose data moves to an archive, in which it is cheapest and has to be thawed before it is read. */
  archive: z.array(tierSchema).optional(),
};

const scheduledRow = <K extends Kind>(kind: K) =>
  z.strictObject({ kind: z.literal(kind), ...pointSchemas }).refine(hasOneStart, ONE_START);

export const fullRowSchema = scheduledRow('full');
/** AWS Backup has cold storage and nothing colder. */
export const vaultRowSchema = z
  .strictObject({ kind: z.literal('full'), ...tieredSchemas })
  .refine(hasOneStart, ONE_START);
export const snapshotRowSchema = scheduledRow('snapshot');
export const logicalRowSchema = z
  .strictObject({ kind: z.literal('logical'), ...pointSchemas, ...dumpSchema.shape })
  .refine(hasOneStart, ONE_START);
/** Looked at on a schedule, and stored when the content is not what was stored last. */
export const changeRowSchema = scheduledRow('change');

export const incrementalRowSchema = z
  .strictObject({
    kind: z.literal('incremental'),
    ...startsSchemas,
    /** Default: the environment's retention. */
    keep: keepSchema.optional(),
  })
  .refine(hasOneStart, ONE_START);

type Options<S extends z.ZodType> = Omit<z.input<S>, 'kind'>;

/** Continuous write-ahead log: recovery to any moment between two base backups. */
export const wal = (options: Options<typeof walRowSchema>): z.input<typeof walRowSchema> => ({
  kind: 'wal',
  ...options,
});

/** Continuous append-only file (Redis): recovery to any moment between two snapshots. */
export const aof = (options: Options<typeof aofRowSchema>): z.input<typeof aofRowSchema> => ({
  kind: 'aof',
  ...options,
});

/** Continuous oplog (MongoDB): recovery to any moment between two full backups. */
export const oplog = (options: Options<typeof oplogRowSchema>): z.input<typeof oplogRowSchema> => ({
  kind: 'oplog',
  ...options,
});

/** A live copy in another place. */
export const replication = (
  options: Options<typeof replicationRowSchema>,
): z.input<typeof replicationRowSchema> => ({ kind: 'replication', ...options });

/** Backups of what changed since the newest full one. */
export const incremental = (
  options: Options<typeof incrementalRowSchema>,
): z.input<typeof incrementalRowSchema> => ({ kind: 'incremental', ...options });

/** Full backups. */
export const full = (options: Options<typeof fullRowSchema>): z.input<typeof fullRowSchema> => ({
  kind: 'full',
  ...options,
});

/** Snapshots (Redis RDB). */
export const snapshot = (
  options: Options<typeof snapshotRowSchema>,
): z.input<typeof snapshotRowSchema> => ({ kind: 'snapshot', ...options });

/** Logical dumps: readable by other versions of the server, restorable table by table. */
export const logical = (
  options: Options<typeof logicalRowSchema>,
): z.input<typeof logicalRowSchema> => ({ kind: 'logical', ...options });

/** Backups on change: the schedule says how often is looked. */
export const onChange = (
  options: Options<typeof changeRowSchema>,
): z.input<typeof changeRowSchema> => ({ kind: 'change', ...options });

/** Rows may be malformed where these rules look at them: what is wrong is reported all at once. */
const kindsOf = (rows: readonly unknown[]): unknown[] =>
  rows.map((row) => (row as { kind?: unknown } | undefined)?.kind);

const standsAlone = (kind: unknown): boolean =>
  ['point', 'mirror'].includes((ROLES as Record<string, Role>)[String(kind)] ?? '');

/**
 * The rows of a source: each kind once, and at least one that others can continue.
 * @param example a row that can be restored by itself, for the message
 */
export const protectOf = <S extends z.ZodType>(row: S, example: string) =>
  z
    .array(row)
    .refine((rows) => new Set(kindsOf(rows)).size === rows.length, {
      error: () =>
        "two rows have the same kind, but jobs, alarms and slots are one for each; write one row with the most frequent schedule and a retention for each tier, such as keep: { daily: '30d', weekly: '90d' }",
      when: ({ value }) => Array.isArray(value),
    })
    .refine((rows) => kindsOf(rows).some(standsAlone), {
      error: () =>
        `no row is a full backup, and without one nothing can be restored: the others only continue one; add ${example}`,
      when: ({ value }) => Array.isArray(value),
    });
