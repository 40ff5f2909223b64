import { z } from 'zod';

/**
 * A user of the environment's account, as IAM's ARNs end: `user/anna`. Roles are read, to say why they are of no use.
 */
const principalSchema = z
  .string()
  .regex(/^(user|role)\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a user of IAM; write one of the environment's account, such as 'user/anna': whoever may do everything is named, and no one else`,
  })
  .refine((name) => name.length <= 512, { error: () => 'the name is longer than IAM allows' });

export const accessSchema = z.strictObject({
  /** People who may read everything in both regions when nothing else helps, with a second factor and an alarm. */
  breakGlass: z
    .strictObject({
      principals: z.array(principalSchema).min(1, {
        error: () => "nobody is named; write at least one, such as ['user/anna']",
      }),
      /** Whether they may also remove what a lock in governance mode holds. */
      bypassGovernance: z.boolean().default(false),
    })
    .optional(),
});

/** Name of the OpenID Connect issuer of a cluster, without `https://`. */
const issuerSchema = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[\w.-]+)*$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not an OpenID Connect issuer; write it without 'https://', such as 'oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'`,
});

/** IAM roles for service accounts. Each cluster has an issuer of its own, which IAM must know as a provider. */
export const identitySchema = z.strictObject({
  issuer: issuerSchema,
  replicaIssuer: issuerSchema,
});
