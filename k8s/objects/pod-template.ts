import { z } from 'zod';
import type { KubernetesObject } from './object.ts';

const stringsSchema = z.record(z.string(), z.string());

const containerSchema = z.looseObject({
  image: z.string().optional(),
  env: z
    .array(
      z.looseObject({
        valueFrom: z
          .looseObject({
            secretKeyRef: z.looseObject({ name: z.string(), key: z.string() }).optional(),
          })
          .optional(),
      }),
    )
    .optional(),
  resources: z
    .looseObject({ requests: stringsSchema.optional(), limits: stringsSchema.optional() })
    .optional(),
});

const podSchema = z.looseObject({
  containers: z.array(containerSchema),
  initContainers: z.array(containerSchema).optional(),
  volumes: z
    .array(
      z.looseObject({
        secret: z
          .looseObject({
            secretName: z.string(),
            items: z.array(z.looseObject({ key: z.string() })).optional(),
          })
          .optional(),
        configMap: z.looseObject({ name: z.string() }).optional(),
      }),
    )
    .optional(),
});

/** What is read of a pod; everything else of it stays in place. */
export type Pod = z.infer<typeof podSchema>;

const templateSchema = z.looseObject({
  metadata: z
    .looseObject({ labels: stringsSchema.optional(), annotations: stringsSchema.optional() })
    .optional(),
  spec: podSchema,
});
export type PodTemplate = z.infer<typeof templateSchema>;

const jobSchema = z.looseObject({ template: templateSchema });
type Job = z.infer<typeof jobSchema>;
const cronJobSchema = z.looseObject({ jobTemplate: z.looseObject({ spec: jobSchema }) });
type CronJob = z.infer<typeof cronJobSchema>;

/** Guards and not parsers: what is read keeps its keys in their order. */
const isJob = (spec: unknown): spec is Job => jobSchema.safeParse(spec).success;
const isCronJob = (spec: unknown): spec is CronJob => cronJobSchema.safeParse(spec).success;

/** Kinds that start pods, by where their template is. */
const JOB_LIKE = new Set(['Deployment', 'Job']);

/** The template of the pods that an object starts; undefined where it starts none. */
export function podTemplate({ kind, spec }: KubernetesObject): PodTemplate | undefined {
  if (kind === 'CronJob' && isCronJob(spec)) return spec.jobTemplate.spec.template;
  if (JOB_LIKE.has(kind) && isJob(spec)) return spec.template;
  return undefined;
}

const patchSchema = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      spec: podSchema.extend({ containers: podSchema.shape.containers.default([]) }),
    }),
  }),
});

/** What a patch of somebody else's workload adds to its pod. */
export const patchedPod = (patch: unknown): Pod => patchSchema.parse(patch).spec.template.spec;

/** The object with another template in the same place; unchanged where it starts no pods. */
export function withPodTemplate(
  object: KubernetesObject,
  change: (template: PodTemplate) => PodTemplate,
): KubernetesObject {
  const { kind, spec } = object;
  if (kind === 'CronJob' && isCronJob(spec)) {
    const { jobTemplate } = spec;
    const job = { ...jobTemplate.spec, template: change(jobTemplate.spec.template) };
    return { ...object, spec: { ...spec, jobTemplate: { ...jobTemplate, spec: job } } };
  }
  if (JOB_LIKE.has(kind) && isJob(spec)) {
    return { ...object, spec: { ...spec, template: change(spec.template) } };
  }
  return object;
}
