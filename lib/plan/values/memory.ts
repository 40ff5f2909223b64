import { z } from 'zod';

/** An amount of memory as Kubernetes writes it: `512Mi`, `8Gi`. */
export const memorySchema = z.string().regex(/^[1-9]\d{0,5}(Mi|Gi)$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not an amount of memory; write one for Kubernetes, such as '512Mi' or '8Gi'`,
});
