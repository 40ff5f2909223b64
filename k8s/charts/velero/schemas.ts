import { z } from 'zod';

/**
 * The resources of velero.io/v1 as Velero 1.18 reads them, as far as Tidemark writes them. Stricter than the API: a field
 * that is unknown or that must never be set is refused here, before a cluster sees it.
 */

/** As Go prints a duration, so that Velero writing an object back changes nothing: `720h0m0s`. */
const durationSchema = z.string().regex(/^([1-9]\d*h[1-5]?\dm|[1-5]?\dm)?[1-5]?\ds$/);
const namesSchema = z.array(z.string().min(1)).min(1);
const labelsSchema = z.record(z.string(), z.string());
const selectorSchema = z.union([
  z.strictObject({ matchLabels: labelsSchema }),
  z.strictObject({
    matchExpressions: z
      .array(
        z.strictObject({
          key: z.string().min(1),
          operator: z.enum(['In', 'NotIn']),
          values: namesSchema,
        }),
      )
      .min(1),
  }),
]);
const nameSchema = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/);
const textMapSchema = z.record(z.string(), z.string());

const metadataSchema = z.strictObject({
  name: nameSchema,
  namespace: nameSchema,
  labels: labelsSchema,
  annotations: textMapSchema,
});

const object = <K extends string, S extends z.ZodType, M extends z.ZodType>(
  kind: K,
  metadata: M,
  spec: S,
) =>
  z.strictObject({
    apiVersion: z.literal('velero.io/v1'),
    kind: z.literal(kind),
    metadata,
    spec,
  });

const credentialSchema = z.strictObject({ name: nameSchema, key: z.string().min(1) });

export const backupStorageLocationSchema = object(
  'BackupStorageLocation',
  metadataSchema,
  z.strictObject({
    provider: z.string().min(1),
    default: z.boolean().optional(),
    accessMode: z.enum(['ReadOnly', 'ReadWrite']),
    objectStorage: z.strictObject({
      bucket: z.string().min(3).max(63),
      prefix: z.string().min(1).optional(),
      caCertRef: credentialSchema.optional(),
    }),
    credential: credentialSchema.optional(),
    config: textMapSchema,
  }),
);

export const volumeSnapshotLocationSchema = object(
  'VolumeSnapshotLocation',
  metadataSchema,
  z.strictObject({
    provider: z.string().min(1),
    credential: credentialSchema.optional(),
    config: textMapSchema,
  }),
);

const execSchema = z.strictObject({
  exec: z.strictObject({
    container: nameSchema.optional(),
    command: z.array(z.string()).min(1),
    onError: z.enum(['Continue', 'Fail']),
    timeout: durationSchema,
  }),
});

/** `spec.template` of a Schedule is the spec of the Backups that it makes. */
const backupSpecSchema = z.strictObject({
  storageLocation: nameSchema,
  volumeSnapshotLocations: namesSchema.optional(),
  ttl: durationSchema,
  includedNamespaces: namesSchema,
  excludedNamespaces: namesSchema.optional(),
  includedResources: namesSchema.optional(),
  excludedResources: namesSchema.optional(),
  includeClusterResources: z.boolean().optional(),
  labelSelector: selectorSchema.optional(),
  snapshotVolumes: z.boolean(),
  snapshotMoveData: z.boolean(),
  defaultVolumesToFsBackup: z.boolean(),
  itemOperationTimeout: durationSchema,
  hooks: z
    .strictObject({
      resources: z
        .array(
          z.strictObject({
            name: z.string().min(1),
            includedNamespaces: namesSchema.optional(),
            includedResources: namesSchema,
            labelSelector: selectorSchema.optional(),
            pre: z.array(execSchema).min(1).optional(),
            post: z.array(execSchema).min(1).optional(),
          }),
        )
        .min(1),
    })
    .optional(),
  metadata: z.strictObject({ labels: labelsSchema }),
});

export const scheduleSchema = object(
  'Schedule',
  metadataSchema,
  z.strictObject({
    schedule: z.string().regex(/^\S+( \S+){4}$/),
    paused: z.boolean(),
    // `skipImmediately` is not here: Velero sets it back once it has acted on it, and whoever keeps the cluster like the
    // repository would set it again, for ever. The server is told instead.
    /** True would delete every backup together with the Schedule that made it. */
    useOwnerReferencesInBackup: z.literal(false),
    template: backupSpecSchema,
  }),
);

const restoreSpecSchema = z.strictObject({
  /** The newest completed backup of this Schedule. */
  scheduleName: nameSchema,
  includedNamespaces: namesSchema,
  excludedNamespaces: namesSchema.optional(),
  includedResources: namesSchema.optional(),
  excludedResources: namesSchema.optional(),
  includeClusterResources: z.boolean().optional(),
  labelSelector: selectorSchema.optional(),
  namespaceMapping: z.record(nameSchema, nameSchema).optional(),
  existingResourcePolicy: z.enum(['none', 'update']),
  restorePVs: z.boolean(),
  preserveNodePorts: z.boolean().optional(),
  itemOperationTimeout: durationSchema,
});

/** Is started by a person, and has a name of its own each time: no kustomization takes an object that has none. */
export const restoreSchema = object(
  'Restore',
  z.strictObject({
    generateName: z.string().regex(/^[a-z0-9]([a-z0-9-]*)-$/),
    namespace: nameSchema,
    labels: labelsSchema,
  }),
  restoreSpecSchema,
);

/** Is a step of a recovery, which takes it once. */
export const recoveryRestoreSchema = object('Restore', metadataSchema, restoreSpecSchema);
