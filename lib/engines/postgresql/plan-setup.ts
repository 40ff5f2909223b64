import { z } from 'zod';
import { argsSchema } from '../../plan/values/args.ts';
import { containerSchema, workloadSchema } from '../../plan/values/kubernetes-names.ts';
import { secretNameSchema } from '../../plan/values/server.ts';
import { sizeSchema } from '../../plan/values/size.ts';

/** What runs the server, where it is none of our own manifests. */
const DEPLOYED_BY = ['bitnami', 'cloudnative-pg', 'zalando'] as const;

/** As PostgreSQL writes an address in `pg_hba.conf`. */
const clientSchema = z.union([z.cidrv4(), z.cidrv6()], {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a range of addresses; write one such as '10.0.0.0/8'`,
});

/** A name that needs no quotes, in SQL and in `pg_hba.conf`. */
const roleSchema = z.string().regex(/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a role; write lower-case letters, digits and '_', not beginning with pg_, such as 'tidemark'`,
});

/** How the server is told what backups need of it: for the files below `values/`. */
export const postgresqlSetupSchema = z.strictObject({
  /** Default: a StatefulSet or Deployment of your own, or no pod at all. */
  deployedBy: z.enum(DEPLOYED_BY).optional(),
  /** What runs the server's pod. Default: the StatefulSet that is called like the service. */
  workload: workloadSchema.optional(),
  /** The server's container in it. */
  container: containerSchema.default('postgres'),
  /** What that container is started with now, so that the patch can add to it. Default: it is left as it is. */
  args: argsSchema.optional(),
  /** Role of the backups: the `username` in `server.credentials`. */
  role: roleSchema.default('tidemark'),
  /** Name of the Kubernetes Secret with `username` and `password` of a superuser, for the job that makes the role. Default: no job. */
  superuser: secretNameSchema.optional(),
  /** Addresses that backups come from. Default: any; the connection is encrypted and the role has a password. */
  clients: z
    .array(clientSchema)
    .min(1, {
      error: () => "no range is named, so nobody gets in; write one, such as ['10.0.0.0/8']",
    })
    .optional(),
  /** How much WAL the replication slot may hold on the server's disk while the store is away. Default: a day of it. */
  slotKeep: sizeSchema.optional(),
});
