import { z } from 'zod';
import { affinitySchema } from './affinity.ts';
import { annotationsSchema, labelsSchema, labelValueSchema, qualifiedKeySchema } from './labels.ts';

/** Refuses what the API server would refuse. */
const tolerationSchema = z
  .strictObject({
    /** Absent with `Exists`: every taint. */
    key: qualifiedKeySchema.optional(),
    operator: z.enum(['Exists', 'Equal']).optional(),
    value: labelValueSchema.optional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
    /** How long a pod stays on a node that gets a taint with the effect NoExecute. */
    tolerationSeconds: z.number().int().min(0).optional(),
  })
  .refine(({ key, operator }) => key !== undefined || operator === 'Exists', {
    error: () => "no taint is named; write its key, or operator: 'Exists' for every one",
  })
  .refine(({ operator, value }) => operator !== 'Exists' || value === undefined, {
    error: () => 'a taint that only has to exist is not compared; leave value or operator out',
  })
  .refine(
    ({ effect, tolerationSeconds: seconds }) => effect === 'NoExecute' || seconds === undefined,
    {
      error: () =>
        "only pods that are driven out stay for a while; write effect: 'NoExecute' beside",
    },
  );

/** What every pod of Tidemark has beside what it needs: where it may run, and what clusters want to read on it. */
export const podsSchema = z.strictObject({
  nodeSelector: z.record(qualifiedKeySchema, labelValueSchema).optional(),
  tolerations: z.array(tolerationSchema).optional(),
  affinity: affinitySchema.optional(),
  /** Over which parts of the cluster the plan's pods are spread. */
  topologySpread: z
    .array(
      z.strictObject({
        maxSkew: z.number().int().min(1),
        topologyKey: qualifiedKeySchema,
        whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
      }),
    )
    .refine(
      (all) =>
        new Set(all.map(({ topologyKey: key, whenUnsatisfiable: when }) => `${key} ${when}`))
          .size === all.length,
      {
        error: () =>
          'two entries are about the same key and the same whenUnsatisfiable, which the API server refuses; leave one of them out',
      },
    )
    .optional(),
  labels: labelsSchema.optional(),
  annotations: annotationsSchema.optional(),
});

/** A PriorityClass that there is, by its name, or the value of one of the plan's own. */
export const prioritySchema = z.union([
  z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not the name of a PriorityClass; write one that the cluster has, or { value: 1000 } for one of the plan's own`,
  }),
  z.strictObject({
    /** The greater, the sooner; classes of users end at a billion. */
    value: z.number().int().min(-1_000_000_000).max(1_000_000_000),
    /** Whether pods of less priority are evicted to make room; default: no, they only wait less. */
    preempts: z.boolean().optional(),
  }),
]);
