import { z } from 'zod';

/** Rows of one table as COPY writes them: CSV with a header, UTF-8, NULL as an empty field without quotes. */
const csvSchema = z.strictObject({
  schema: z.string(),
  table: z.string(),
  /** In the order of the file; generated columns, which cannot be loaded, are left out. */
  columns: z.array(z.string()).min(1),
  /** Name in the manifest's files. */
  file: z.string(),
});

/** One database as a single snapshot of it saw it. */
const databaseSchema = z.strictObject({
  name: z.string(),
  /** Name in the manifest's files; decoded, an archive of pg_dump in the custom format. */
  file: z.string(),
  /** False: definitions alone. */
  data: z.boolean(),
  /** The only tables that the archive holds, partitions included; null = everything in the database. */
  tables: z.array(z.strictObject({ schema: z.string(), name: z.string() })).nullable(),
  /** By the server's clock, not after the snapshot: everything that was committed before is in it. */
  snapshotAt: z.iso.datetime(),
  csv: z.array(csvSchema),
});

/** Which file of a logical backup of PostgreSQL holds what. */
export const postgresqlLogicalPositionSchema = z.strictObject({
  engine: z.literal('postgresql-logical'),
  /** Decimal, as pg_control_system() reports it; null where the role may not ask. */
  systemId: z.string().regex(/^\d+$/).nullable(),
  /** Roles, memberships, their settings and tablespaces, as SQL of pg_dumpall; null = not in the backup. */
  globals: z.strictObject({ file: z.string(), passwords: z.boolean() }).nullable(),
  /** Every database of the server that takes connections is here, whole and with its data; templates aside. */
  complete: z.boolean(),
  databases: z.array(databaseSchema).min(1),
});

export type PostgresqlLogicalPosition = z.infer<typeof postgresqlLogicalPositionSchema>;
export type DumpedDatabase = PostgresqlLogicalPosition['databases'][number];
