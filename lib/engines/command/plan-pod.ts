import { z } from 'zod';
import { claimSchema } from '../../plan/values/kubernetes-names.ts';
import { namesSecret } from '../../plan/values/secret-names.ts';
import { hostSchema, ownerSchema, portSchema, secretNameSchema } from '../../plan/values/server.ts';

const imageSchema = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9._-]*(:\d+)?\/)?[a-z0-9._/-]*(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/,
    {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not an image with its version; write a tag or a digest, such as 'ghcr.io/acme/memory:1.4.2'`,
    },
  )
  .refine((image) => !image.endsWith(':latest'), {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is another image tomorrow; write the tag of a version, or a digest`,
  });

const variableSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of an environment variable; write letters, digits and '_'`,
});

const envSchema = z
  .record(
    variableSchema,
    z.union([
      z.string(),
      z.strictObject({
        /** Name of the Kubernetes Secret. */
        secret: secretNameSchema,
        /** Key in it. */
        key: z.string().regex(/^[A-Za-z0-9._-]+$/, {
          error: (issue) =>
            `${JSON.stringify(issue.input)} is not a key of a Kubernetes Secret; write letters, digits, '.', '_' and '-'`,
        }),
      }),
    ]),
  )
  .check((payload) => {
    for (const [name, value] of Object.entries(payload.value)) {
      if (typeof value !== 'string' || !namesSecret(name)) continue;
      payload.issues.push({
        code: 'custom',
        input: value,
        path: [name],
        message: `${name} would stand in the plan for everybody to read; write { secret: 'memory', key: 'token' } and keep the value in a Kubernetes Secret`,
      });
    }
  });

const cpuSchema = z.string().regex(/^([1-9]\d*m|0\.\d*[1-9]|[1-9]\d*(\.\d+)?)$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a share of a processor; write thousandths such as '500m', or whole ones such as '2'`,
});

const memorySchema = z.string().regex(/^[1-9]\d*(Mi|Gi)$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not an amount of memory; write one such as '512Mi' or '2Gi'`,
});

const pathSchema = z.string().regex(/^\/(?!.*\/\.\.?(\/|$))[A-Za-z0-9._/-]+$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a place in the container; write an absolute path, such as '/data'`,
});

/** The pod that the programs run in. It has no more rights than any other: not root, nothing writable but `/tmp`. */
export const podSchemas = {
  /** Image with the programs, by tag or digest. */
  image: imageSchema,
  /** Environment variables: values, or keys of Kubernetes Secrets. */
  env: envSchema.default({}),
  /** What the programs connect to; every other connection is refused. */
  reaches: z.array(z.strictObject({ service: hostSchema, port: portSchema })).default([]),
  /** Whom the programs run as. */
  uid: ownerSchema.default(65_532),
  gid: ownerSchema.default(65_532),
  /** What the container is given, and no more. */
  resources: z
    .strictObject({
      cpu: cpuSchema.default('500m'),
      memory: memorySchema.default('512Mi'),
    })
    .prefault({}),
  /** Existing PersistentVolumeClaims that the programs read. */
  volumes: z.array(z.strictObject({ claim: claimSchema, path: pathSchema })).default([]),
};
