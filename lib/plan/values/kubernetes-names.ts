import { z } from 'zod';

/** A label of RFC 1123, as Kubernetes wants it of namespaces and volumes. */
const labelSchema = (what: string, example: string) =>
  z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not the name of a ${what}; write 1 to 63 lower-case letters, digits and '-', such as '${example}'`,
  });

export const namespaceSchema = labelSchema('Kubernetes namespace', 'shop');
export const serviceAccountSchema = labelSchema('Kubernetes service account', 'clickhouse');
export const volumeSchema = labelSchema('Kubernetes volume', 'data');

/** Name of a container in a pod. */
export const containerSchema = labelSchema('container', 'postgres');

/** What runs pods, as kubectl names it. */
export const workloadSchema = z
  .string()
  .regex(/^(statefulset|deployment)\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a workload; write 'statefulset/…' or 'deployment/…' and its name, such as 'statefulset/redis'`,
  });

/** Name of a PersistentVolumeClaim. */
export const claimSchema = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a PersistentVolumeClaim; write lower-case letters, digits, '-' and '.', such as 'memory-data'`,
});

/** Name of a StorageClass. */
export const storageClassSchema = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a StorageClass; write lower-case letters, digits, '-' and '.', such as 'gp3'`,
});

/** Namespaces by name, at least one. */
export const namespacesSchema = z.array(namespaceSchema).min(1, {
  error: () => "no namespace is named; write at least one, such as ['shop']",
});
