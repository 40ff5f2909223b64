import { z } from 'zod';

/** Names of PostgreSQL: anything but a NUL, up to 63 bytes. */
const nameSchema = z.string().regex(/^[^\0]{1,63}$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a name in PostgreSQL; write one of up to 63 characters`,
});

/** `orders` or `sales.orders`: the schema is `public` where none is written. */
const tableSchema = z.string().regex(/^[^\0.]{1,63}(\.[^\0.]{1,63})?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a table; write it with its schema and as the catalog has it, such as 'public.orders'`,
});

/** What a logical row takes out of a PostgreSQL server. */
export const dumpSchema = z.strictObject({
  /** `'all'`: every database that takes connections, as they are when the backup starts. */
  databases: z.union([z.literal('all'), z.array(nameSchema).min(1)]).default('all'),
  /** Definitions without data. */
  schemaOnly: z.boolean().default(false),
  /** These tables alone, with their partitions; default: everything. */
  tables: z.array(tableSchema).min(1).optional(),
  /** The rows of these tables also as CSV, of the same moment. */
  csv: z.array(tableSchema).min(1).optional(),
  /** Roles, their memberships, and tablespaces. Passwords are hashes. */
  globals: z.enum(['with-passwords', 'without-passwords', 'none']).default('with-passwords'),
});

export type Dump = z.output<typeof dumpSchema>;

/** The part of a row that says what is dumped. */
export const dumpOf = ({ databases, schemaOnly, tables, csv, globals }: Dump): Dump => ({
  databases,
  schemaOnly,
  ...(tables && { tables }),
  ...(csv && { csv }),
  globals,
});
