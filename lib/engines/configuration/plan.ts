import { z } from 'zod';
import { namespaceSchema, namespacesSchema } from '../../plan/values/kubernetes-names.ts';
import { changeRowSchema, protectOf } from '../../plan/values/rows.ts';
import { secretNameSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** What makes up an application's configuration; Secrets are stored sealed, Helm values are those of each release. */
const KINDS = [
  'ConfigMap',
  'Secret',
  'Deployment',
  'Service',
  'PersistentVolumeClaim',
  'Ingress',
  'HelmValues',
] as const;

/** What can be added to those. */
const MORE_KINDS = [
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'HorizontalPodAutoscaler',
  'NetworkPolicy',
  'ServiceAccount',
  'Role',
  'RoleBinding',
] as const;

const gitSchema = z.strictObject({
  /** Of a repository that each change is committed to as well. */
  url: z
    .string()
    .regex(/^(https:\/\/[A-Za-z0-9.-]+(:\d+)?\/\S+|ssh:\/\/(git@)?[A-Za-z0-9.-]+(:\d+)?\/\S+)$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not the address of a repository; write https:// or ssh:// without a password, such as 'https://github.com/acme/configuration.git'`,
    }),
  branch: z
    .string()
    .regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]*$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not the name of a branch; write it without refs/heads/, such as 'main'`,
    })
    .default('main'),
  /** Folder of the repository that the files are in. Default: its root. */
  folder: z
    .string()
    .regex(/^(?![/.])(?!.*\.\.)[A-Za-z0-9._/-]+$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not a folder of the repository; write it without '/' in front and without '..', such as 'clusters/production'`,
    })
    .optional(),
  /** Name of the Kubernetes Secret with the keys `username` and `password`, or `ssh-privatekey`. */
  credentials: secretNameSchema,
});

const shape = z.strictObject({
  engine: z.literal('configuration'),
  namespaces: namespacesSchema,
  kinds: z
    .array(z.enum([...KINDS, ...MORE_KINDS]))
    .min(1, {
      error: () =>
        "no kind is named, so every backup would be empty; name some, or leave 'kinds' out for the usual ones",
    })
    .default([...KINDS]),
  /** The Sealed Secrets controller, whose public key Secrets are sealed with. */
  sealing: z
    .strictObject({
      namespace: namespaceSchema.default('kube-system'),
      service: namespaceSchema.default('sealed-secrets-controller'),
    })
    .prefault({}),
  git: gitSchema.optional(),
  protect: protectOf(z.discriminatedUnion('kind', [changeRowSchema]), "onChange({ every: '1h' })"),
  ...SOURCE_PARTS,
});

export const configurationSourceSchema = shape;

export const configurationSettingsSchema = shape.omit(NO_SETTINGS);

export type ConfigurationSource = z.input<typeof configurationSourceSchema>;

/** The objects that configure applications in a cluster, stored whenever they change. */
export function configuration(source: Omit<ConfigurationSource, 'engine'>): ConfigurationSource {
  return { engine: 'configuration', ...source };
}
