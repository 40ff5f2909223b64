import { z } from 'zod';
import { ADDRESS, withUsualPort } from '../../plan/values/address.ts';
import { serviceAccountSchema } from '../../plan/values/kubernetes-names.ts';
import { fullRowSchema, incrementalRowSchema, protectOf } from '../../plan/values/rows.ts';
import { rule } from '../../plan/values/rule.ts';
import { allOrSome } from '../../plan/values/selection.ts';
import { portSchema, secretNameSchema, tlsSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** Where the HTTP interface is, and as whom it is reached. */
const serverSchema = z
  .strictObject({
    ...ADDRESS,
    /** Name of the Kubernetes Secret with the keys `username` and `password`. Default: ClickHouse's user `default`. */
    credentials: secretNameSchema.optional(),
    /** Service account of the server's pods, which gets a role that writes below landing/. Default: none does. */
    serviceAccount: serviceAccountSchema.optional(),
    /** Cluster of `remote_servers` whose shards are backed up together (`ON CLUSTER`). Default: this server alone. */
    cluster: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, {
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not the name of a ClickHouse cluster; write letters, digits, '_', '.' and '-', such as 'shards'`,
      })
      .optional(),
  })
  .transform(withUsualPort({ plain: 8123, tls: 8443 }));

/** Databases that the server makes by itself, and that cannot be restored. */
const SYSTEM = ['system', 'information_schema'];

const databaseSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not the name of a ClickHouse database; write letters, digits, '_' and '-', or databases: '*' for all`,
  })
  .refine((name) => !SYSTEM.includes(name.toLowerCase()), {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is made by the server itself and cannot be restored; leave it out`,
  });

/** Who writes a backup: the server, or the program that stands beside it. */
const backupSchema = z.discriminatedUnion('method', [
  z.strictObject({
    /** `BACKUP … TO S3(…)`: the server writes by itself. */
    method: z.literal('native'),
    /**
     * Name of the Kubernetes Secret with the keys `access-key-id` and `secret-access-key` that the server writes with.
     * Default: the role of the server's own pod.
     */
    credentials: secretNameSchema.optional(),
  }),
  z.strictObject({
    /** The REST interface of a `clickhouse-backup` container in the server's pod, which reads the server's disk. */
    method: z.literal('clickhouse-backup'),
    port: portSchema.default(7171),
    /** Name of the Kubernetes Secret with the keys `username` and `password` of that interface. */
    credentials: secretNameSchema.optional(),
    tls: tlsSchema.default('require'),
  }),
]);

const shape = z.strictObject({
  engine: z.literal('clickhouse'),
  server: serverSchema,
  /** Names, or `'*'`: all but those that the server makes by itself. */
  databases: allOrSome(
    z.array(databaseSchema).min(1, {
      error: () => "no database is named; write some, such as ['shop'], or '*' for all",
    }),
  ).default('*'),
  backup: backupSchema.prefault({ method: 'native' }),
  protect: protectOf(
    z.discriminatedUnion('kind', [fullRowSchema, incrementalRowSchema]),
    "full({ at: '03:00' })",
  ),
  ...SOURCE_PARTS,
});

export const clickhouseSourceSchema = shape.refine(
  ({ server, backup }) => server?.cluster === undefined || backup?.method !== 'clickhouse-backup',
  rule(
    ['server', 'cluster'],
    "clickhouse-backup backs up the server that it stands beside, never a cluster; remove cluster and write a source for each shard, or write backup: { method: 'native' }",
  ),
);

export const clickhouseSettingsSchema = shape.omit(NO_SETTINGS);

export type ClickhouseSource = z.input<typeof clickhouseSourceSchema>;

/** A ClickHouse server: full and incremental backups of its databases. */
export function clickhouse(source: Omit<ClickhouseSource, 'engine'>): ClickhouseSource {
  return { engine: 'clickhouse', ...source };
}
