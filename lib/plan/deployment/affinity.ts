import { z } from 'zod';
import { namespaceSchema } from '../values/kubernetes-names.ts';
import { labelValueSchema, qualifiedKeySchema } from './labels.ts';

/** As Kubernetes writes them, so that what is there already can be copied: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */

const selectorSchema = z.strictObject({
  matchLabels: z.record(qualifiedKeySchema, labelValueSchema).optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: qualifiedKeySchema,
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(labelValueSchema).optional(),
      }),
    )
    .optional(),
});

const nodeTermSchema = z.strictObject({
  matchExpressions: z
    .array(
      z.strictObject({
        key: qualifiedKeySchema,
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']),
        values: z.array(labelValueSchema).optional(),
      }),
    )
    .min(1),
});

const podTermSchema = z.strictObject({
  labelSelector: selectorSchema,
  topologyKey: qualifiedKeySchema,
  namespaces: z.array(namespaceSchema).optional(),
  namespaceSelector: selectorSchema.optional(),
});

/** From 1 to 100; the node with the greatest sum is chosen. */
const weightSchema = z.number().int().min(1).max(100);

const podAffinitySchema = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podTermSchema).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight: weightSchema, podAffinityTerm: podTermSchema }))
    .optional(),
});

export const affinitySchema = z.strictObject({
  nodeAffinity: z
    .strictObject({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .strictObject({ nodeSelectorTerms: z.array(nodeTermSchema).min(1) })
        .optional(),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.strictObject({ weight: weightSchema, preference: nodeTermSchema }))
        .optional(),
    })
    .optional(),
  podAffinity: podAffinitySchema.optional(),
  podAntiAffinity: podAffinitySchema.optional(),
});
