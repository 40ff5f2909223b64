import { z } from 'zod';
import { durationSchema } from '../values/duration.ts';

const NAMED = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Where the Secrets come from that pods read; without it, somebody creates them. Never a value of one. */
export const secretsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    /** An ExternalSecret for each Secret, which the External Secrets Operator fills. */
    kind: z.literal('external-secrets'),
    store: z.strictObject({
      name: z.string().regex(NAMED, {
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not the name of a secret store; write that of a ClusterSecretStore, such as 'vault'`,
      }),
      kind: z.enum(['ClusterSecretStore', 'SecretStore']).default('ClusterSecretStore'),
    }),
    /** What a Secret is called in the store; its keys are properties there. */
    path: z
      .string()
      .refine((path) => path.includes('{secret}'), {
        error: (issue) =>
          `${JSON.stringify(issue.input)} names one secret for all; write {secret} where the name of each goes, such as 'shop/{environment}/{secret}'`,
      })
      .refine((path) => [...path.matchAll(/\{([^}]*)\}/g)].every(([, word]) => isWord(word)), {
        error: (issue) =>
          `${JSON.stringify(issue.input)} has a word in braces that means nothing; those that do are {plan}, {environment}, {namespace} and {secret}`,
      })
      .default('{plan}/{environment}/{secret}'),
    /** How often the store is asked again. */
    refresh: durationSchema.default('1h'),
  }),
  z.strictObject({
    /** SealedSecrets that somebody has made with kubeseal, in a folder with a kustomization of its own. */
    kind: z.literal('sealed-secrets'),
    /** Relative to the folder of the manifests. */
    folder: z.string().regex(/^\.{1,2}(\/[\w.-]+)+$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not a folder relative to the manifests; write one such as '../../../../sealed/production'`,
    }),
  }),
]);

const isWord = (word: string | undefined): boolean =>
  ['plan', 'environment', 'namespace', 'secret'].includes(word ?? '');
