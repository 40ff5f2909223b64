import { z } from 'zod';
import { fullRowSchema, oplogRowSchema, protectOf } from '../../plan/values/rows.ts';
import { hasRow, rule } from '../../plan/values/rule.ts';
import { hostSchema, portSchema, secretNameSchema, tlsSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** The parts of a connection string; the string itself would carry a password. */
const serverSchema = z.strictObject({
  /** Host name: a Kubernetes service (`mongodb.shop`) or a DNS name. */
  service: hostSchema,
  /** Further members, asked when `service` does not answer. The driver finds the others of the replica set by itself. */
  members: z.array(hostSchema).default([]),
  port: portSchema.default(27_017),
  /** Only members of a replica set have an oplog, and without one a dump is of no single moment. */
  replicaSet: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not the name of a replica set; write the one that rs.status() shows, such as 'rs0'`,
    })
    .optional(),
  /** Name of the Kubernetes Secret with the keys `username` and `password`; the user has the role `backup`. */
  credentials: secretNameSchema.optional(),
  /** Database that knows the user. */
  authDatabase: z
    .string()
    .regex(/^[^/\\. "$*<>:|?]{1,63}$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not the name of a MongoDB database; write the one that the user was created in, usually 'admin'`,
    })
    .default('admin'),
  tls: tlsSchema.default('require'),
});

const shape = z.strictObject({
  engine: z.literal('mongodb'),
  server: serverSchema,
  protect: protectOf(
    z.discriminatedUnion('kind', [fullRowSchema, oplogRowSchema]),
    "full({ at: '03:00' })",
  ),
  ...SOURCE_PARTS,
});

export const mongodbSourceSchema = shape
  .refine(
    (source) => source.server?.replicaSet !== undefined || !hasRow(source, 'oplog'),
    rule(
      ['server', 'replicaSet'],
      "a server of its own has no oplog; name its replica set, such as replicaSet: 'rs0', or remove the oplog row",
    ),
  )
  .refine(
    ({ server }) => server?.replicaSet !== undefined || !(server?.members?.length > 0),
    rule(
      ['server', 'replicaSet'],
      "several members are of a replica set; name it, such as replicaSet: 'rs0'",
    ),
  );

export const mongodbSettingsSchema = shape.omit(NO_SETTINGS);

export type MongodbSource = z.input<typeof mongodbSourceSchema>;

/** A MongoDB replica set: dumps that are consistent by their part of the oplog, and the oplog itself. */
export function mongodb(source: Omit<MongodbSource, 'engine'>): MongodbSource {
  return { engine: 'mongodb', ...source };
}
