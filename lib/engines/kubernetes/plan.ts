import { z } from 'zod';
import {
  namespaceSchema,
  namespacesSchema,
  serviceAccountSchema,
} from '../../plan/values/kubernetes-names.ts';
import { fullRowSchema, protectOf } from '../../plan/values/rows.ts';
import { rule } from '../../plan/values/rule.ts';
import { allOrSome } from '../../plan/values/selection.ts';
import { secretNameSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';
import { UTC } from '../../plan/values/zone.ts';
import { hooksSchema, intoSchema, labelsSchema, resourcesSchema } from './plan-velero.ts';

const shape = z.strictObject({
  engine: z.literal('kubernetes'),
  velero: z
    .strictObject({
      /** Where Velero runs; its Schedules are there too. */
      namespace: namespaceSchema.default('velero'),
      /** Of Velero's pods, which get a role for the bucket that is made for it. */
      serviceAccount: serviceAccountSchema.default('velero'),
      /** A Secret beside it with a file of credentials, `cloud`, for a store outside of AWS; default: its pods have the rights. */
      credentials: secretNameSchema.optional(),
    })
    .prefault({}),
  /** Names, or `'*'`: all, and everything that belongs to no namespace. */
  namespaces: allOrSome(namespacesSchema).default('*'),
  /** Namespaces that `'*'` leaves out. */
  exclude: z.array(namespaceSchema).default([]),
  /** Whether persistent volumes are snapshotted beside their claims. */
  snapshotVolumes: z.boolean().default(true),
  /** Whether snapshots are copied into the bucket; otherwise they are lost together with the cluster's storage. */
  moveSnapshots: z.boolean().default(false),
  /** Whether the files of pods' volumes are read in place of snapshots, which some storage has not; default: no. */
  readVolumes: z.boolean().optional(),
  /** Kinds of objects; default: all, Secrets and ConfigMaps among them. */
  resources: resourcesSchema.optional(),
  /** Only objects that have all of these labels; default: whatever they have. */
  labels: labelsSchema.optional(),
  /** Commands that pods run before and after they are backed up. */
  hooks: hooksSchema.optional(),
  /** Whether the Schedules are written and start nothing; default: they run. */
  paused: z.boolean().optional(),
  /** What a restore into another cluster calls otherwise; default: everything comes back as it was called. */
  into: intoSchema.optional(),
  protect: protectOf(z.discriminatedUnion('kind', [fullRowSchema]), "full({ at: '01:00' })"),
  ...SOURCE_PARTS,
});

/** Velero starts nothing in the hour that a change to daylight saving skips, and does not catch up. */
const inUtc = ({ protect }: { readonly protect?: unknown }): boolean =>
  !Array.isArray(protect) ||
  protect.every((row) => row?.timezone === undefined || row.timezone === UTC);

export const kubernetesSourceSchema = shape
  .refine(
    ({ namespaces, exclude }) => namespaces === '*' || !(exclude?.length > 0),
    rule(
      'exclude',
      "namespaces are named one by one, so there is nothing to leave out; remove exclude, or write namespaces: '*'",
    ),
  )
  .refine(
    ({ snapshotVolumes, moveSnapshots }) => snapshotVolumes !== false || moveSnapshots !== true,
    rule(
      'moveSnapshots',
      'no volumes are snapshotted, so there is nothing to move; remove snapshotVolumes: false',
    ),
  )
  .refine(
    ({ readVolumes, moveSnapshots }) => readVolumes !== true || moveSnapshots !== true,
    rule(
      'readVolumes',
      'the files of volumes are read in place of snapshots, so there are none to move; remove readVolumes or moveSnapshots',
    ),
  )
  .refine(
    inUtc,
    rule(
      'protect',
      'Velero skips a start that falls into the hour that daylight saving leaves out; remove timezone and write the time in UTC',
    ),
  );

export const kubernetesSettingsSchema = shape.omit(NO_SETTINGS);

export type KubernetesSource = z.input<typeof kubernetesSourceSchema>;

/** A Kubernetes cluster: its objects and volumes, backed up by Velero. */
export function kubernetes(source: Omit<KubernetesSource, 'engine'>): KubernetesSource {
  return { engine: 'kubernetes', ...source };
}
