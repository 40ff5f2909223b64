import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { synthManifests } from '../../k8s/synth.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { tempFolder } from '../support/temp-folder.ts';

export const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z
    .looseObject({
      name: z.string(),
      namespace: z.string().optional(),
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});
export type KubernetesObject = z.infer<typeof objectSchema>;

/** Contents of every file that synthesis writes, by name. */
export async function synthesisedFiles(compiled: CompiledPlan): Promise<Map<string, string>> {
  const folder = await tempFolder('manifests');
  try {
    const paths = await synthManifests(compiled, folder.path);
    return new Map(
      await Promise.all(
        paths.map(
          async (path) => [relative(folder.path, path), await readFile(path, 'utf8')] as const,
        ),
      ),
    );
  } finally {
    await folder.remove();
  }
}

/** Every object that a cluster is given, as a YAML parser reads it: kustomizations are none, and what servers or Prometheus are told is no manifest. */
export async function synthesised(compiled: CompiledPlan): Promise<KubernetesObject[]> {
  const files = await synthesisedFiles(compiled);
  return [...files]
    .filter(([name]) => !/(^|\/)(values|prometheus|restores|recovery(-[^/]+)?)\//.test(name))
    .flatMap(([, text]) => parseAllDocuments(text))
    .map((document) => objectSchema.parse(document.toJS()))
    .filter(({ kind }) => kind !== 'Kustomization');
}

const envSchema = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
});

const probeSchema = z.looseObject({
  exec: z.object({ command: z.array(z.string()) }).optional(),
  periodSeconds: z.number(),
  timeoutSeconds: z.number(),
  failureThreshold: z.number(),
});

const resourcesSchema = z.object({
  cpu: z.string(),
  memory: z.string(),
  'ephemeral-storage': z.string(),
});

/** What the tests look at in a pod; a pod that lacks one of these is refused here already. */
const podSpecSchema = z.looseObject({
  serviceAccountName: z.string(),
  automountServiceAccountToken: z.boolean(),
  restartPolicy: z.enum(['Always', 'Never']),
  terminationGracePeriodSeconds: z.number(),
  securityContext: z.looseObject({ runAsUser: z.number(), runAsGroup: z.number() }),
  containers: z
    .array(
      z.looseObject({
        name: z.string(),
        image: z.string(),
        command: z.array(z.string()),
        args: z.array(z.string()),
        env: z.array(envSchema),
        resources: z.object({ requests: resourcesSchema, limits: resourcesSchema }),
        volumeMounts: z.array(
          z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
        ),
        startupProbe: probeSchema.optional(),
        readinessProbe: probeSchema.optional(),
        livenessProbe: probeSchema.optional(),
      }),
    )
    .length(1),
  volumes: z.array(z.looseObject({ name: z.string() })),
});
type PodSpec = z.infer<typeof podSpecSchema>;

const templateSchema = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: podSpecSchema,
});
const deploymentSchema = z.looseObject({ template: templateSchema });
const cronJobSchema = z.looseObject({
  jobTemplate: z.looseObject({ spec: z.looseObject({ template: templateSchema }) }),
});

export interface Pod {
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** The pods of every workload. */
export function pods(objects: readonly KubernetesObject[]): Pod[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const template =
      kind === 'Deployment'
        ? deploymentSchema.parse(spec).template
        : kind === 'CronJob'
          ? cronJobSchema.parse(spec).jobTemplate.spec.template
          : undefined;
    return template === undefined
      ? []
      : [
          {
            owner: `${kind}/${metadata?.name}`,
            labels: template.metadata.labels,
            spec: template.spec,
          },
        ];
  });
}

/** The one object of a kind and name. */
export function named(
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
): KubernetesObject {
  const found = objects.filter((object) => object.kind === kind && object.metadata?.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} objects are ${kind}/${name}; expected one`);
  }
  return only;
}
