import { z } from 'zod';
import { durationSchema } from '../values/duration.ts';
import { namespaceSchema } from '../values/kubernetes-names.ts';

/** Which repository holds the manifests, for the objects that tell Argo CD or Flux to apply them. */
export const gitopsSchema = z
  .strictObject({
    repository: z.string().regex(/^(https?:\/\/|ssh:\/\/|git@)[^\s]+$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not the address of a Git repository; write one such as 'https://git.example.com/shop/backup.git'`,
    }),
    /** Branch or commit; Argo CD takes a tag too. */
    revision: z.string().min(1).default('main'),
    /** Where the manifests are in it; default: where `synth` writes them. */
    path: z
      .string()
      .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w./-]+$/, {
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not a path in a repository; write one without a leading slash, such as 'dist/shop/production/k8s'`,
      })
      .optional(),
    argoCd: z
      .strictObject({
        namespace: namespaceSchema.default('argocd'),
        project: z.string().min(1).default('default'),
        /**
         * Clusters by what of the plan is in them (`primary`, `replica`, or the name of one of `clusters`, with `-replica`
         * behind it for its other region): the address of its API server, or its name in Argo CD. Default: the cluster that
         * Argo CD is in for the first, for the others that of the cluster of EKS.
         */
        destinations: z.record(z.string(), z.string().min(1)).optional(),
      })
      .optional(),
    flux: z
      .strictObject({
        namespace: namespaceSchema.default('flux-system'),
        /** How often the repository is looked at. */
        interval: durationSchema.default('10m'),
        /** Name of the Secret with which Flux reads the repository; default: it is public. */
        secret: z.string().min(1).optional(),
      })
      .optional(),
  })
  .refine(({ argoCd, flux }) => argoCd !== undefined || flux !== undefined, {
    error: () => 'nothing is to apply the manifests; write argoCd: {} or flux: {} beside',
  });
