import { z } from 'zod';

/** Names that become Kubernetes names, key segments and parts of bucket names. */
export const nameSchema = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a name; write 1 to 40 lower-case letters, digits and '-', starting with a letter`,
});
