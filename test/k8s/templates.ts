import { z } from 'zod';
import type { KubernetesObject } from './synthesised.ts';

const templateSchema = z.looseObject({
  metadata: z
    .looseObject({
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  spec: z.looseObject({ serviceAccountName: z.string().optional() }),
});
const workloadSchema = z.looseObject({ template: templateSchema });
const cronJobSchema = z.looseObject({ jobTemplate: z.looseObject({ spec: workloadSchema }) });

/** Kinds that have pods. */
export const WORKLOADS: readonly string[] = [
  'CronJob',
  'Job',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
];

/** What pods are made of; undefined for what has none. */
export function templateOf({
  kind,
  spec,
}: KubernetesObject): z.infer<typeof templateSchema> | undefined {
  if (!WORKLOADS.includes(kind)) return undefined;
  const { template } =
    kind === 'CronJob' ? cronJobSchema.parse(spec).jobTemplate.spec : workloadSchema.parse(spec);
  return template;
}
