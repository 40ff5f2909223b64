import { z } from 'zod';
import { generationSchema } from './aof.ts';
import { backupKindSchema, lsnSchema } from './manifest.ts';

/**
 * What a run did: one object each below runs/, written when it ends; a continuous run writes one for each stretch.
 * Failures are written too; a killed run leaves none and is seen by its absence.
 */
export const RUN_FORMAT = 1;

const base = {
  format: z.literal(RUN_FORMAT),
  id: z.string(),
  plan: z.string(),
  environment: z.string(),
  source: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  outcome: z.enum(['succeeded', 'failed']),
  /** Message of the failure, without secrets; null when it succeeded. */
  error: z.string().nullable(),
};

const backupRunSchema = z.strictObject({
  ...base,
  action: z.literal('backup'),
  kind: backupKindSchema,
  /** Null unless committed. */
  backup: z.string().nullable(),
  storedBytes: z.int(),
  logicalBytes: z.int(),
  /** What a person should look at although the backup was committed. Absent = nothing. */
  warnings: z.array(z.string()).min(1).optional(),
});

/**
 * A stretch of WAL that is stored without a gap. `from` is the start of the first segment, `durable` the last
 * byte's position; at `serverTime` (the server's clock) everything up to `durable` was stored.
 */
const walRunSchema = z.strictObject({
  ...base,
  action: z.literal('wal'),
  systemId: z.string(),
  timeline: z.int(),
  from: lsnSchema,
  durable: lsnSchema,
  serverTime: z.iso.datetime().nullable(),
  /** Set where `serverTime` is not what the clock said then, but no later: the moment of a commit before it. */
  clock: z.literal('commit').optional(),
  /** Whole segments that this stretch completed: SHA-256 of the bytes before compression. */
  segments: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
  /** Set where the stream could not go on from the stretch before: the WAL in between is lost. */
  gap: z.strictObject({ from: lsnSchema, to: lsnSchema, reason: z.string() }).nullable(),
  /** What the server keeps for the replication slot. Absent where it was not asked, or keeps nothing. */
  slot: z
    .strictObject({
      retainedBytes: z.int().min(0),
      /** So much more may be written before the server gives up what it keeps; null = its disk is the limit. */
      safeBytes: z.int().nullable(),
    })
    .optional(),
});

/**
 * A stretch of an append-only log that is stored without a gap. At `serverTime` (the server's clock) everything up to the
 * position `durable` of the generation was stored, and there was nothing else.
 */
const aofRunSchema = z.strictObject({
  ...base,
  action: z.literal('aof'),
  /** Null where none has begun. */
  generation: generationSchema.nullable(),
  durable: z.int().min(0).nullable(),
  serverTime: z.iso.datetime().nullable(),
  /** Log that this stretch stored, before compression, and the objects that hold it. */
  bytes: z.int().min(0),
  pieces: z.int().min(0),
  /** Keys at `serverTime`, as `db0.keys`; null where the server was too busy to tell. */
  counts: z.record(z.string(), z.int().min(0)).nullable(),
  /** Set where a new generation does not continue the one before: no moment in between can be restored. */
  gap: z
    .strictObject({ from: z.iso.datetime(), to: z.iso.datetime(), reason: z.string() })
    .nullable(),
});

const verifyRunSchema = z.strictObject({
  ...base,
  action: z.literal('verify'),
  /** Verified backups and what was found. */
  backups: z.array(
    z.strictObject({
      id: z.string(),
      class: z.string(),
      bytes: z.int(),
      problems: z.array(z.string()),
    }),
  ),
  wal: z
    .strictObject({ segments: z.int(), bytes: z.int(), problems: z.array(z.string()) })
    .nullable(),
  /** Backups that were not read, and so are not verified: their data is in an archive. Absent = none. */
  skipped: z
    .array(z.strictObject({ id: z.string(), class: z.string(), reason: z.literal('archived') }))
    .optional(),
});

const restoreRunSchema = z.strictObject({
  ...base,
  action: z.literal('restore'),
  backup: z.string().nullable(),
  target: z.string(),
  /** Rows of each table that was loaded into a running server; null where they are not known. */
  rows: z
    .record(
      z.string(),
      z.strictObject({
        before: z.int().nullable(),
        backup: z.int().nullable(),
        after: z.int().nullable(),
      }),
    )
    .optional(),
});

/** Seconds. */
const secondsSchema = z.number().min(0);

/** A restore into a scratch directory, whose data was looked at. What did not happen is null. */
const drillRunSchema = z.strictObject({
  ...base,
  action: z.literal('drill'),
  /** The base backup that was used. */
  backup: z.string().nullable(),
  /** `latest`, `backup` for the state of one base backup alone, or the moment that was asked for. */
  target: z.union([z.enum(['latest', 'backup']), z.iso.datetime()]),
  /** Everything that was committed up to this moment is in the data. */
  recoveredTo: z.iso.datetime().nullable(),
  /** From `recoveredTo` to the start of the drill; null where an earlier state was asked for. */
  rpoSeconds: secondsSchema.nullable(),
  /** From the start of the drill to the first answer of the recovered server: `fetch` and `recover` together. */
  rtoSeconds: secondsSchema.nullable(),
  phases: z.strictObject({
    /** Choosing, fetching and checking the base backup and the WAL. */
    fetchSeconds: secondsSchema.nullable(),
    /** Replaying the WAL, and starting a server on the data. */
    recoverSeconds: secondsSchema.nullable(),
    checkSeconds: secondsSchema.nullable(),
  }),
  /** What was read, of all databases: of PostgreSQL without tables of the system, of Redis every key. */
  counts: z
    .union([
      z.strictObject({ databases: z.int(), tables: z.int(), rows: z.int(), indexes: z.int() }),
      z.strictObject({ databases: z.int(), keys: z.int() }),
    ])
    .nullable(),
  /** Questions to the data, the answers that were expected and those that came. */
  queries: z.array(
    z.strictObject({ query: z.string(), expected: z.string(), found: z.string().nullable() }),
  ),
  /** What the checks found; none = the data is as it should be. */
  problems: z.array(z.string()),
  /** Of the server that was started on the data, and of the program that drilled. */
  versions: z.strictObject({ server: z.string().nullable(), tool: z.string() }),
});

export const runRecordSchema = z.discriminatedUnion('action', [
  backupRunSchema,
  walRunSchema,
  aofRunSchema,
  verifyRunSchema,
  restoreRunSchema,
  drillRunSchema,
]);

export type RunRecord = z.infer<typeof runRecordSchema>;
export type WalRun = z.infer<typeof walRunSchema>;
export type AofRun = z.infer<typeof aofRunSchema>;
export type VerifyRun = z.infer<typeof verifyRunSchema>;
export type RestoreRun = z.infer<typeof restoreRunSchema>;
export type DrillRun = z.infer<typeof drillRunSchema>;
