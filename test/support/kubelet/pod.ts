import { z } from 'zod';

const keyRefSchema = z.object({
  name: z.string(),
  key: z.string(),
  optional: z.boolean().optional(),
});
const fieldRefSchema = z.object({ fieldPath: z.string() });

const envSchema = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({
      secretKeyRef: keyRefSchema.optional(),
      configMapKeyRef: keyRefSchema.optional(),
      fieldRef: fieldRefSchema.optional(),
    })
    .optional(),
});
export type EnvVar = z.infer<typeof envSchema>;

const itemsSchema = z.array(z.object({ key: z.string(), path: z.string() })).optional();
const namedFilesSchema = z.object({
  name: z.string(),
  items: itemsSchema,
  optional: z.boolean().optional(),
});

const sourceSchema = z.strictObject({
  serviceAccountToken: z
    .object({
      audience: z.string().optional(),
      expirationSeconds: z.number().optional(),
      path: z.string(),
    })
    .optional(),
  configMap: namedFilesSchema.optional(),
  secret: namedFilesSchema.optional(),
  downwardAPI: z
    .object({ items: z.array(z.object({ path: z.string(), fieldRef: fieldRefSchema })) })
    .optional(),
});
export type ProjectedSource = z.infer<typeof sourceSchema>;

/** What a volume is made of; one of a kind that nothing here makes is refused. */
const volumeSchema = z.strictObject({
  name: z.string(),
  emptyDir: z
    .object({ medium: z.string().optional(), sizeLimit: z.string().optional() })
    .optional(),
  configMap: namedFilesSchema.extend({ defaultMode: z.number().optional() }).optional(),
  secret: z
    .object({
      secretName: z.string(),
      items: itemsSchema,
      optional: z.boolean().optional(),
      defaultMode: z.number().optional(),
    })
    .optional(),
  projected: z
    .object({ sources: z.array(sourceSchema), defaultMode: z.number().optional() })
    .optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
  ephemeral: z.looseObject({}).optional(),
});
export type Volume = z.infer<typeof volumeSchema>;

const probeSchema = z.looseObject({
  exec: z.object({ command: z.array(z.string()) }).optional(),
  httpGet: z
    .object({ path: z.string(), port: z.union([z.number(), z.string()]) })
    .loose()
    .optional(),
  timeoutSeconds: z.number().default(1),
});
export type Probe = z.infer<typeof probeSchema>;

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()).min(1),
  args: z.array(z.string()).default([]),
  workingDir: z.string().optional(),
  env: z.array(envSchema).default([]),
  ports: z
    .array(z.looseObject({ name: z.string().optional(), containerPort: z.number() }))
    .default([]),
  resources: z.looseObject({ limits: z.record(z.string(), z.string()).default({}) }),
  restartPolicy: z.string().optional(),
  securityContext: z
    .looseObject({
      runAsUser: z.number().optional(),
      runAsGroup: z.number().optional(),
      readOnlyRootFilesystem: z.boolean().default(false),
      allowPrivilegeEscalation: z.boolean().default(true),
      capabilities: z.looseObject({ drop: z.array(z.string()).default([]) }).optional(),
    })
    .default({ readOnlyRootFilesystem: false, allowPrivilegeEscalation: true }),
  volumeMounts: z
    .array(
      z.strictObject({
        name: z.string(),
        mountPath: z.string(),
        readOnly: z.boolean().default(false),
        recursiveReadOnly: z.string().optional(),
      }),
    )
    .default([]),
  startupProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
  livenessProbe: probeSchema.optional(),
});
export type PodContainer = z.infer<typeof containerSchema>;

/** A pod as the API server has completed it. */
export const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({
    serviceAccountName: z.string(),
    terminationGracePeriodSeconds: z.number(),
    securityContext: z
      .looseObject({
        runAsUser: z.number().optional(),
        runAsGroup: z.number().optional(),
        fsGroup: z.number().optional(),
      })
      .default({}),
    initContainers: z.array(containerSchema).default([]),
    containers: z.array(containerSchema).min(1),
    volumes: z.array(volumeSchema).default([]),
  }),
});
export type RunnablePod = z.infer<typeof podSchema>;

/** Bytes of a quantity such as `256Mi`. @throws on what is no size */
export function bytes(quantity: string): number {
  const [, number, unit = ''] = /^(\d+)([KMGT]i?)?$/.exec(quantity) ?? [];
  const powers: Record<string, number> = { '': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
  const binary: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
  const factor = powers[unit] ?? binary[unit];
  if (number === undefined || factor === undefined) throw new Error(`${quantity} is not a size`);
  return Number(number) * factor;
}
