import { z } from 'zod';
import { ADDRESS, withUsualPort } from '../../plan/values/address.ts';
import { serviceAccountSchema } from '../../plan/values/kubernetes-names.ts';
import { fullRowSchema, protectOf } from '../../plan/values/rows.ts';
import { rule } from '../../plan/values/rule.ts';
import { secretNameSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** Where the REST interface is, and as whom it is reached. */
const serverSchema = z
  .strictObject({
    ...ADDRESS,
    /** Name of the Kubernetes Secret with the key `api-key`. Default: anonymous access. */
    credentials: secretNameSchema.optional(),
    /** Service account of the server's pods, which gets a role that writes below landing/. Default: none does. */
    serviceAccount: serviceAccountSchema.optional(),
  })
  .transform(withUsualPort({ plain: 8080, tls: 443 }));

const classSchema = z.string().regex(/^[A-Z][A-Za-z0-9_]*$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a Weaviate class; write a capital letter, then letters, digits and '_', such as 'Article'`,
});

/** Weaviate takes one of the two lists, never both. */
const classesSchema = z
  .strictObject({
    include: z
      .array(classSchema)
      .min(1, {
        error: () =>
          "nothing is included, so every backup would be empty; name a class, or leave 'include' out for all",
      })
      .optional(),
    exclude: z.array(classSchema).optional(),
  })
  .refine(
    ({ include, exclude }) => include === undefined || exclude === undefined,
    rule(
      'exclude',
      'include and exclude are both given, and Weaviate refuses such a request; write one of them',
    ),
  );

const shape = z.strictObject({
  engine: z.literal('weaviate'),
  server: serverSchema,
  /** The server's backup module, which writes by itself; what stays on the server's disk (`filesystem`) is no second copy. */
  backend: z.enum(['s3', 'gcs']).default('s3'),
  /** Default: all. */
  classes: classesSchema.prefault({}),
  protect: protectOf(z.discriminatedUnion('kind', [fullRowSchema]), "full({ at: '03:00' })"),
  ...SOURCE_PARTS,
});

export const weaviateSourceSchema = shape;

export const weaviateSettingsSchema = shape.omit(NO_SETTINGS);

export type WeaviateSource = z.input<typeof weaviateSourceSchema>;

/** A Weaviate server: backups of its classes by its own backup module. */
export function weaviate(source: Omit<WeaviateSource, 'engine'>): WeaviateSource {
  return { engine: 'weaviate', ...source };
}
