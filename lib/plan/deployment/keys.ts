import { z } from 'zod';
import { identitySchema } from '../access.ts';
import { nameSchema } from '../values/names.ts';
import { gitopsSchema } from './gitops.ts';
import { annotationsSchema, labelsSchema } from './labels.ts';
import { networkSchema } from './network.ts';
import { podsSchema, prioritySchema } from './pods.ts';
import { secretsSchema } from './secrets.ts';

const tagSchema = z.string().regex(/^([a-z0-9][a-z0-9._/:-]*:)?\w[\w.-]{0,127}$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the tag of an image; write one such as '0.1.0-pg18'`,
});
const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the digest of an image; write 'sha256:' and its 64 hexadecimal digits`,
});
const secretNameSchema = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a Secret; write one of the plan's namespace, such as 'registry'`,
});

/** How the manifests fit a cluster: keys of `kubernetes` that plan and compiled plan write alike. None of them has a default. */
export const DEPLOYMENT_KEYS = {
  /** Digests by the tags of `image`, or by whole names of images of other repositories: whoever changes an image then changes nothing that runs. */
  digests: z.record(tagSchema, digestSchema).optional(),
  /** Secrets with which nodes pull the images. */
  pullSecrets: z.array(secretNameSchema).min(1).optional(),
  /** On every object. */
  labels: labelsSchema.optional(),
  annotations: annotationsSchema.optional(),
  pods: podsSchema.optional(),
  priority: prioritySchema.optional(),
  /** Whether the namespace, if it is Tidemark's own, is limited to what its pods need. */
  quota: z.boolean().optional(),
  network: networkSchema.optional(),
  secrets: secretsSchema.optional(),
  gitops: gitopsSchema.optional(),
  /** Whether the manifests of the replica region's cluster are written too, with everything in them asleep. */
  standby: z.boolean().optional(),
};

/** Of another cluster; files and objects for its own cluster and for the replica region's are called otherwise. */
export const clusterNameSchema = nameSchema.refine(
  (name) => name !== 'primary' && !/(^|-)replica$/.test(name),
  {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is what the plan's own cluster or one of the replica region is called; choose a name such as 'analytics'`,
  },
);

/** Another cluster of the environment, in which some of its sources are. */
export const clusterSchema = z.strictObject({
  /** Name of the EKS cluster. */
  cluster: z.string().min(1),
  /** The same in the replica region; default: the name of `cluster`. */
  replicaCluster: z.string().min(1).optional(),
  /** Default: EKS Pod Identity. */
  identity: identitySchema.optional(),
  /** Of the plan; all others are in `kubernetes.cluster`. */
  sources: z.array(nameSchema).min(1, {
    error: () => "no source is in this cluster; name at least one, such as ['events']",
  }),
});
