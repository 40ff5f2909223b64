import { z } from 'zod';
import { drillSchema } from '../../plan/values/drill.ts';
import { imageRepositorySchema } from '../../plan/values/image.ts';
import {
  claimSchema,
  containerSchema,
  workloadSchema,
} from '../../plan/values/kubernetes-names.ts';
import {
  fullRowSchema,
  incrementalRowSchema,
  logicalRowSchema,
  protectOf,
  walRowSchema,
} from '../../plan/values/rows.ts';
import { rule } from '../../plan/values/rule.ts';
import {
  hostSchema,
  ownerSchema,
  portSchema,
  secretNameSchema,
  tlsSchema,
} from '../../plan/values/server.ts';
import { sizeSchema } from '../../plan/values/size.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';
import { postgresqlSetupSchema } from './plan-setup.ts';

/** Majors whose replication protocol Tidemark speaks: 14 has neither this BASE_BACKUP syntax nor READ_REPLICATION_SLOT. */
export const SERVER_VERSIONS = ['15', '16', '17', '18'] as const;

/** Where the server is, and as whom it is reached. */
const serverSchema = z.strictObject({
  /** Host name: a Kubernetes service (`postgres.insightdesk`) or a DNS name. */
  service: hostSchema,
  port: portSchema.default(5432),
  /** Database for the SQL connection; a physical backup always holds the whole cluster. */
  database: z.string().regex(/^[^\0]{1,63}$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not the name of a database; write one of the server's, up to 63 characters, such as 'postgres'`,
  }),
  /** Name of the Kubernetes Secret with the keys `username` and `password`. */
  credentials: secretNameSchema,
  version: z.enum(SERVER_VERSIONS),
  /** `standby`: a server that follows a primary, so that backups cost the primary nothing; it may be promoted. Default: primary. */
  role: z.enum(['primary', 'standby']).optional(),
  /** `verify-full` checks the certificate against `PGSSLROOTCERT` or the system's authorities. */
  tls: tlsSchema.default('require'),
  /** Owner of the data directory in the server's image; a restored directory gets it. */
  uid: ownerSchema.default(999),
  gid: ownerSchema.default(999),
});

const rowSchema = z.discriminatedUnion('kind', [
  walRowSchema,
  incrementalRowSchema,
  fullRowSchema,
  logicalRowSchema,
]);

export const postgresqlSourceSchema = z.strictObject({
  engine: z.literal('postgresql'),
  server: serverSchema,
  protect: protectOf(rowSchema, "full({ at: '03:00' })"),
  ...SOURCE_PARTS,
  /** The server archives WAL by itself besides: for the patch that puts the program into its container. */
  archiving: z
    .strictObject({
      /** What runs the server's pod. Default: the StatefulSet that is called like the service. */
      workload: workloadSchema.optional(),
      /** The server's container in it. */
      container: containerSchema.default('postgres'),
    })
    .optional(),
  /** How the server is told what backups need of it. */
  setup: postgresqlSetupSchema.optional(),
  /** Jobs that others start. */
  hooks: z
    .strictObject({
      /** A dump before each deployment, to go back to: for Argo CD as a PreSync hook, for all others by name. */
      preDeploy: z.boolean().default(false),
      /** After it: `verify` reads that dump again, `drill` loads it into a scratch server. */
      postDeploy: z.enum(['verify', 'drill']).optional(),
    })
    .refine(
      ({ preDeploy, postDeploy }) => preDeploy || postDeploy === undefined,
      rule(
        'postDeploy',
        'there is no dump of before the deployment to look at; write hooks: { preDeploy: true } too',
      ),
    )
    .optional(),
  /** Repository of an image of one's own with this server's programs, and its extensions. Default: the plan's. */
  image: imageRepositorySchema.optional(),
  /** How drills are run in the cluster. */
  drill: drillSchema
    .extend({
      /** Also compares every B-tree index with its table, by PostgreSQL's amcheck. */
      amcheck: z.boolean().default(false),
    })
    .optional(),
  /** Where the restore job puts the recovered data directory. */
  restore: z
    .strictObject({
      /** An existing PersistentVolumeClaim, empty, with room for the whole cluster. */
      volumeClaim: claimSchema,
    })
    .optional(),
  /** The job that loads the newest dump into the running server. */
  load: z
    .strictObject({
      /** Name of the Kubernetes Secret with the keys `username` and `password` of a role that may make databases. */
      credentials: secretNameSchema,
      /** Room for the dump of the largest database, uncompressed, while it is loaded. */
      scratch: sizeSchema,
      /** Who is scaled down meanwhile, in the server's namespace: who writes to what is replaced. */
      scale: z
        .array(workloadSchema)
        .min(1, {
          error: () => "no workload is named; write at least one, such as ['deployment/api']",
        })
        .optional(),
    })
    .optional(),
});

export const postgresqlSettingsSchema = postgresqlSourceSchema.omit(NO_SETTINGS);

export type PostgresqlSource = z.input<typeof postgresqlSourceSchema>;

/** A PostgreSQL cluster: backed up physically over the replication protocol, or as dumps of its databases. */
export function postgresql(source: Omit<PostgresqlSource, 'engine'>): PostgresqlSource {
  return { engine: 'postgresql', ...source };
}

/** Replication slot of the WAL streamer. */
export const slotName = (source: string): string => `tidemark_${source.replaceAll('-', '_')}`;
