/**
 * How long the manifests of Kubernetes take: the plans of this repository in all of their environments, and generated ones that
 * grow, until the last file is written. Exits with 1 when a promise is not kept.
 */
import { z } from 'zod';
import { timeGrowingPlans } from './growing-plans.ts';

await timeGrowingPlans({
  child: 'manifests-child.ts',
  schema: z.object({ milliseconds: z.number(), cpuMilliseconds: z.number(), files: z.number() }),
  sizes: [250, 500, 1000],
  targetMilliseconds: 3000,
  tell: ({ files }) => `${String(files).padStart(5)} files`,
});
