import { z } from 'zod';
import { argsSchema } from '../../plan/values/args.ts';
import { containerSchema, workloadSchema } from '../../plan/values/kubernetes-names.ts';

/** How the server is told what backups need of it: for the files below `values/`. */
export const redisSetupSchema = z.strictObject({
  /** Default: a StatefulSet or Deployment of your own, or no pod at all. */
  deployedBy: z.enum(['bitnami']).optional(),
  /** What runs Redis' pod. Default: `appendonly.workload`, else the StatefulSet that is called like the service. */
  workload: workloadSchema.optional(),
  /** Redis' container in it. */
  container: containerSchema.default('redis'),
  /** What that container is started with now, so that the patch can add to it. Default: it is left as it is. */
  args: argsSchema.optional(),
});
