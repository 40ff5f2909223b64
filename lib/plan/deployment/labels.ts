import { z } from 'zod';

const KEY =
  /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** What selects Tidemark's own pods, and is part of their identity. */
const OWN = /^app\.kubernetes\.io\/(name|part-of|instance|component|version|managed-by)$/;

/** Of a label or an annotation. */
export const qualifiedKeySchema = z.string().regex(KEY, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the name of a label; write up to 63 letters, digits, '-', '_' and '.', with the name of a domain and a slash before it or without, such as 'example.com/team'`,
});

export const labelValueSchema = z.string().regex(VALUE, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not the value of a label; write up to 63 letters, digits, '-', '_' and '.', such as 'platform'`,
});

/** Labels of objects: those that Tidemark selects its pods by are its own. */
export const labelsSchema = z.record(
  qualifiedKeySchema.refine((key) => !OWN.test(key), {
    error: (issue) =>
      `the label ${JSON.stringify(issue.input)} is Tidemark's own, by which it selects its pods; choose another`,
  }),
  labelValueSchema,
);

/** Annotations of objects: the order in which Argo CD applies them is Tidemark's own. */
export const annotationsSchema = z.record(
  qualifiedKeySchema.refine((key) => key !== 'argocd.argoproj.io/sync-wave', {
    error: () => 'the order of the files decides their sync waves; leave the annotation out',
  }),
  z.string(),
);
