import { z } from 'zod';
import { durationSchema } from '../../plan/values/duration.ts';
import { containerSchema, namespaceSchema } from '../../plan/values/kubernetes-names.ts';
import { nameSchema } from '../../plan/values/names.ts';

/** Parts of a Kubernetes source that only Velero knows. */

/** A kind of object as `kubectl api-resources` lists it, with its group where two have the name. */
const resourceSchema = z.string().regex(/^[a-z][a-z0-9-]*(\.[a-z0-9.-]+)?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a kind of object; write it in the plural and in lower case, such as 'secrets' or 'ingresses.networking.k8s.io'`,
});

export const resourcesSchema = z
  .strictObject({
    include: z.array(resourceSchema).min(1, {
      error: () =>
        "no kind is included, so every backup would be empty; name one, or leave 'include' out for all",
    }),
    exclude: z.array(resourceSchema).min(1, {
      error: () => "no kind is excluded; name one, such as 'events', or leave 'exclude' out",
    }),
  })
  .partial()
  .refine(({ include, exclude }) => include !== undefined || exclude !== undefined, {
    error: () => "no kind is named; write include or exclude, or leave 'resources' out",
  });

const LABEL_KEY =
  /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;

export const labelsSchema = z
  .record(
    z.string().regex(LABEL_KEY, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not the key of a label; write one such as 'app.kubernetes.io/name'`,
    }),
    z.string().regex(LABEL_VALUE, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not the value of a label; write 63 letters, digits, '-', '_' and '.' at most`,
    }),
  )
  .refine((labels) => Object.keys(labels).length > 0, {
    error: () => "no label is named; write one, or leave 'labels' out",
  });

const commandSchema = z.strictObject({
  /** Default: the pod's first. */
  container: containerSchema.optional(),
  /** Program and arguments; no shell unless it is named, and nothing secret: it stands in the cluster for all to read. */
  run: z.array(z.string().min(1)).min(1, {
    error: () => "nothing is run; write a program and its arguments, such as ['sync']",
  }),
  /** Whether the pod's backup goes on when the command fails; default: `fail`, it does not. */
  onError: z.enum(['fail', 'continue']).default('fail'),
  /** The command counts as failed after this. */
  within: durationSchema.default('30s'),
});

export const hooksSchema = z
  .array(
    z
      .strictObject({
        name: nameSchema,
        /** Default: every namespace that is backed up. */
        namespaces: z.array(namespaceSchema).min(1).optional(),
        /** Of the pods; default: all. */
        labels: labelsSchema.optional(),
        before: z.array(commandSchema).min(1).optional(),
        after: z.array(commandSchema).min(1).optional(),
      })
      .refine(({ before, after }) => before !== undefined || after !== undefined, {
        error: () => 'the hook runs nothing; write before, after or both',
      }),
  )
  .min(1);

export const intoSchema = z
  .strictObject({
    /** New names of namespaces. */
    namespaces: z.record(namespaceSchema, namespaceSchema),
    /** New names of storage classes. */
    storageClasses: z.record(z.string().min(1), z.string().min(1)),
  })
  .partial()
  .refine(({ namespaces, storageClasses }) => namespaces ?? storageClasses, {
    error: () =>
      "nothing is called otherwise; write namespaces or storageClasses, or leave 'into' out",
  });
