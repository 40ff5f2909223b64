import { z } from 'zod';
import { namespaceSchema } from '../values/kubernetes-names.ts';
import { labelValueSchema, qualifiedKeySchema } from './labels.ts';

/** As Kubernetes writes them, so that what is there already can be copied: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** How many values belong to an operator: the API server refuses every other number. */
const expressionSchema = <O extends string>(operators: readonly [O, ...O[]]) =>
  z
    .strictObject({
      key: qualifiedKeySchema,
      operator: z.enum(operators),
      values: z.array(labelValueSchema).optional(),
    })
    .superRefine(({ operator, values = [] }, context) => {
      const wrong = (message: string) =>
        context.addIssue({ code: 'custom', path: ['values'], message });
      if (/Exist/.test(operator) && values.length > 0) {
        wrong(`${operator} takes no values; leave them out, or write In or NotIn`);
      }
      if (/In$/.test(operator) && values.length === 0) {
        wrong(`${operator} needs values; write at least one, such as ['arm64']`);
      }
      if (/^[GL]t$/.test(operator) && !(values.length === 1 && /^\d+$/.test(values[0] ?? ''))) {
        wrong(`${operator} takes one value, which is a whole number; write it as ['4']`);
      }
    });

const selectorSchema = z.strictObject({
  matchLabels: z.record(qualifiedKeySchema, labelValueSchema).optional(),
  matchExpressions: z.array(expressionSchema(OPERATORS)).optional(),
});

const nodeTermSchema = z.strictObject({
  matchExpressions: z.array(expressionSchema([...OPERATORS, 'Gt', 'Lt'])).min(1),
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
