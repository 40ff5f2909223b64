import { z } from 'zod';
import { LockError } from './errors.ts';
import type { ApiAnswer } from './kubernetes-api.ts';

/** A Lease as far as it matters here; everything else in it is sent back as it came. */
const leaseSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), resourceVersion: z.string().optional() }),
  spec: z
    .looseObject({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      acquireTime: z.string().nullish(),
      renewTime: z.string().nullish(),
    })
    .optional(),
});
export type Lease = z.infer<typeof leaseSchema>;

/** Whether its holder renewed it within its time. */
export function isHeld({ spec }: Lease, now: Date): boolean {
  if (!spec?.holderIdentity || !spec.renewTime) return false;
  const until = Date.parse(spec.renewTime) + (spec.leaseDurationSeconds ?? 0) * 1000;
  return now.getTime() < until;
}

/** Kubernetes' MicroTime wants six digits of a second. */
export const micro = (at: Date): string => at.toISOString().replace('Z', '000Z');

/** @throws LockError unless the answer is the Lease */
export function expectLease({ status, body }: ApiAnswer, name: string): Lease {
  if (status === 401 || status === 403) {
    throw new LockError(
      `the service account may not use the Lease ${name} (HTTP ${status}); apply the Role of the manifests again`,
    );
  }
  const parsed = leaseSchema.safeParse(body);
  if (status >= 300 || !parsed.success) {
    throw new LockError(`the Kubernetes API answered HTTP ${status} for the Lease ${name}`);
  }
  return parsed.data;
}
