import { z } from 'zod';
import { durationSchema } from './values/duration.ts';
import { namespaceSchema } from './values/kubernetes-names.ts';
import { nameSchema } from './values/names.ts';

const textSchema = z.string().min(1);

/** What a lost cluster is rebuilt in, in the order in which each needs the ones before. */
export const STAGES = [
  'infrastructure',
  'operators',
  'rbac',
  'data',
  'configuration',
  'application',
  'checks',
] as const;
export const stageSchema = z.enum(STAGES);
export type Stage = z.infer<typeof stageSchema>;

const inOrder = (
  phases: readonly { readonly stages?: readonly Stage[] | undefined }[],
): boolean => {
  const places = phases.flatMap(({ stages = [] }) => stages.map((stage) => STAGES.indexOf(stage)));
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
};

/** How people recover: what runbooks and drills are made from. */
export const recoverySchema = z.strictObject({
  /** What may have happened, and how fast the service must be back then. */
  severities: z
    .array(
      z.strictObject({
        /** Such as `SEV1`. */
        level: textSchema,
        scenario: textSchema,
        /** Default: the environment's objective. */
        rto: durationSchema.optional(),
        /** What is done, in one sentence or step by step. */
        procedure: z.union([textSchema.transform((step) => [step]), z.array(textSchema).min(1)]),
      }),
    )
    .default([]),
  /** The order after a total loss. */
  phases: z
    .array(
      z.strictObject({
        name: textSchema,
        /** Budget of time; default: none of its own, what the others leave of the objective. */
        within: durationSchema.optional(),
        /** Sources that are restored in this phase. */
        restores: z.array(nameSchema).default([]),
        steps: z.array(textSchema).default([]),
        /** Stages of rebuilding a cluster that this phase consists of; its budget is theirs together. */
        stages: z.array(stageSchema).min(1).optional(),
      }),
    )
    .refine(inOrder, {
      error: () =>
        `the stages of the phases are not each there once and in their order; write them as they follow each other: ${STAGES.join(', ')}`,
      when: ({ issues }) => issues.length === 0,
    })
    .default([]),
  /** Namespaces of operators and other base services, which come back before what needs them. */
  operators: z.array(namespaceSchema).min(1).optional(),
});
